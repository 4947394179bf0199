import { AuthInvalid } from "../errors.js";
import type { AuthBackend } from "./backend.js";

let usual: readonly AuthBackend[] = [];
let chosen: readonly AuthBackend[] | undefined;

/** Says which backends there are where a project names none. */
export function installUsualBackends(backends: readonly AuthBackend[]): void {
  usual = backends;
}

/** The backends of this process, in their order. */
export function authBackends(): readonly AuthBackend[] {
  return chosen ?? usual;
}

/** Sets the backends of this process; `undefined` for the usual one. Throws `AuthInvalid` for a name used twice. */
export function useAuthBackends(backends: readonly AuthBackend[] | undefined): void {
  const names = (backends ?? []).map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new AuthInvalid({ problem: `two backends are called ${JSON.stringify(twice)}` });
  chosen = backends;
}
