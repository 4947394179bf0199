import { findInPath, findOrInstall, type Requirement } from "./install.js";
import { runTool } from "./clients.js";

/** A Python with Django, and with what Django's hashers of passwords need. */
const pythonWithDjango: Requirement = {
  title: "Python with Django, bcrypt and argon2",
  debianPackage: "python3-django python3-bcrypt python3-argon2",
  variable: "PYTHON_PATH",
  async find() {
    for (const python of ["/usr/bin/python3", await findInPath("python3")]) {
      if (python === undefined) continue;
      const { code } = await runTool(python, ["-c", "import django, bcrypt, argon2"]).catch(() => ({ code: 1 }));
      if (code === 0) return python;
    }
    return undefined;
  },
};

/** What a program of Python, that can import Django, prints for `input`. */
export async function askDjango(program: string, input: string): Promise<string> {
  const python = process.env["PYTHON_PATH"] ?? (await findOrInstall(pythonWithDjango));
  const { code, output, errors } = await runTool(python, ["-c", program], input);
  if (code !== 0) throw new Error(`Django says:\n${errors}`);
  return output;
}
