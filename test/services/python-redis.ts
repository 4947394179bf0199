import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { findInPath, findOrInstall, type Requirement } from "./install.js";

/** How to find and install Python with its Redis client. */
const pythonRedis: Requirement = {
  title: "Python's Redis client",
  debianPackage: "python3-redis",
  variable: "PYTHON_PATH",
  async find() {
    const python = process.env["PYTHON_PATH"] ?? (await findInPath("python3"));
    if (python === undefined) return undefined;
    return promisify(execFile)(python, ["-c", "import redis"]).then(
      () => python,
      () => undefined,
    );
  },
};

/** The path of a Python that has a client for Redis. */
export function pythonWithRedis(): Promise<string> {
  return findOrInstall(pythonRedis);
}
