import { problemsOfPassword } from "../../auth/index.js";
import { PasswordRefused } from "../../security/index.js";
import type { Terminal } from "./terminal.js";

/** How often a password is asked for before it is given up. */
const maxTries = 3;

/**
 * Asks for a password, twice, until it is the same and keeps the rules, or is to be taken all the same. Rejects with
 * `PasswordRefused` after three tries.
 */
export async function askPassword(terminal: Terminal, owner: object): Promise<string> {
  let problems: readonly { readonly code: string; readonly message: string }[] = [];
  for (let i = 0; i < maxTries; i++) {
    const password = await terminal.askSecret("Password: ");
    const again = await terminal.askSecret("Password again: ");
    problems = await problemsOf(password, again, owner);
    if (problems.length === 0) return password;
    for (const { message } of problems) terminal.say(message);
    const mayBeTaken = problems.every(({ code }) => code !== "mismatch" && code !== "required");
    if (mayBeTaken && (await terminal.confirm("Take it all the same?"))) return password;
  }
  throw new PasswordRefused({ problems });
}

async function problemsOf(password: string, again: string, owner: object) {
  if (password === "") return [{ code: "required", message: "A password must have at least one character." }];
  if (password !== again) return [{ code: "mismatch", message: "The two passwords are not the same." }];
  return problemsOfPassword(password, owner);
}
