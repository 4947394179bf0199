import { AsyncLocalStorage } from "node:async_hooks";

import { FormInvalid } from "./errors.js";

/** A check that is under way, and the one that it is a part of. */
interface Running {
  readonly owner: object;
  readonly within: Running | undefined;
}

const running = new AsyncLocalStorage<Running>();

/** Runs the check of a form or a set, so that what its hooks ask can be told from what others ask meanwhile. */
export function runCheck(owner: object, check: () => Promise<void>): Promise<void> {
  return running.run({ owner, within: running.getStore() }, check);
}

/** Whether it is a hook of this check that asks, however far away: to wait for the check would be to wait for itself. */
export function isWithinCheck(owner: object): boolean {
  for (let check = running.getStore(); check !== undefined; check = check.within)
    if (check.owner === owner) return true;
  return false;
}

/** What is said to a hook that awaits the check that it is a part of. */
export function waitsForItself(form: string): FormInvalid {
  const problem =
    "awaits isValid() in a clean of its own, which would wait for itself; ask fields for their cleaned value";
  return new FormInvalid({ form, problem });
}
