import { pathOf, runTool } from "./clients.js";
import { pythonWith } from "./python.js";

/** With what Django's hashers of passwords need. */
const pythonDjango = pythonWith(["django", "bcrypt", "argon2"], "python3-django python3-bcrypt python3-argon2");

/** What a program of Python, that can import Django, prints for `input`. */
export async function askDjango(program: string, input: string): Promise<string> {
  const { code, output, errors } = await runTool(await pathOf(pythonDjango), ["-c", program], input);
  if (code !== 0) throw new Error(`Django says:\n${errors}`);
  return output;
}
