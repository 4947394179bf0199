import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { findInPath, findOrInstall, type Requirement } from "./install.js";

/** How to find and install Python with its Redis client. */
const pythonRedis: Requirement = {
  title: "Python's Redis client",
  debianPackage: "python3-redis",
  variable: "PYTHON_PATH",
  async find() {
    const given = process.env["PYTHON_PATH"];
    // Debian's packages are for its own Python, which need not be the first in PATH.
    const candidates = given === undefined ? [await findInPath("python3"), "/usr/bin/python3"] : [given];
    for (const python of candidates) {
      if (python !== undefined && (await hasRedis(python))) return python;
    }
    return undefined;
  },
};

function hasRedis(python: string): Promise<boolean> {
  return promisify(execFile)(python, ["-c", "import redis"]).then(
    () => true,
    () => false,
  );
}

/** The path of a Python that has a client for Redis. */
export function pythonWithRedis(): Promise<string> {
  return findOrInstall(pythonRedis);
}
