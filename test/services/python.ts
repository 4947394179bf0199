import { execFile } from "node:child_process";
import { promisify } from "node:util";

import { findInPath, type Requirement } from "./install.js";

const execute = promisify(execFile);

/** A Python that can import all of `modules`. `debianPackage` names those that bring them, with spaces between them. */
export function pythonWith(modules: readonly string[], debianPackage: string): Requirement {
  return {
    title: `Python with ${modules.join(", ")}`,
    debianPackage,
    variable: "PYTHON_PATH",
    async find() {
      // Debian's packages are for its own Python, which need not be the first in PATH.
      for (const python of ["/usr/bin/python3", await findInPath("python3")]) {
        if (python !== undefined && (await canImport(python, modules))) return python;
      }
      return undefined;
    },
  };
}

function canImport(python: string, modules: readonly string[]): Promise<boolean> {
  return execute(python, ["-c", `import ${modules.join(", ")}`]).then(
    () => true,
    () => false,
  );
}
