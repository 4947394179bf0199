import { findInPath, findOrInstall, type Requirement } from "./install.js";
import { runTool } from "./clients.js";

/** A Python that can import a package of Debian's. */
function pythonPackage(name: string, debianPackage: string): Requirement {
  return {
    title: `the Python package ${name}`,
    debianPackage,
    variable: "PYTHON_PATH",
    async find() {
      for (const python of ["/usr/bin/python3", await findInPath("python3")]) {
        if (python === undefined) continue;
        const { code } = await runTool(python, ["-c", `import ${name}`]).catch(() => ({ code: 1 }));
        if (code === 0) return python;
      }
      return undefined;
    },
  };
}

/** Django, and what its hashers of passwords need. */
export const djangoPackages: readonly Requirement[] = [
  pythonPackage("django", "python3-django"),
  pythonPackage("bcrypt", "python3-bcrypt"),
  pythonPackage("argon2", "python3-argon2"),
];

/** What a program of Python, that can import Django, prints for `input`. */
export async function askDjango(program: string, input: string): Promise<string> {
  let python = process.env["PYTHON_PATH"];
  for (const requirement of djangoPackages) python ??= await findOrInstall(requirement);
  const { code, output, errors } = await runTool(python ?? "python3", ["-c", program], input);
  if (code !== 0) throw new Error(`Django says:\n${errors}`);
  return output;
}
