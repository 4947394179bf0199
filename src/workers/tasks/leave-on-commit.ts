import { databases, inAtomic, onCommit } from "../../orm/index.js";

/** The alias of the database in whose transaction the caller is, or `undefined`. */
export function currentTransaction(): string | undefined {
  return databases.aliases().find((alias) => inAtomic(alias));
}

/**
 * Has `send` called when the transaction on `alias` commits; never when it is rolled back. Resolves at once to what
 * tells whether that has been done.
 */
export async function leaveOnCommit(alias: string, send: () => Promise<void>): Promise<() => boolean> {
  let isSent = false;
  await onCommit(
    async () => {
      await send();
      isSent = true;
    },
    { using: alias },
  );
  return () => isSent;
}
