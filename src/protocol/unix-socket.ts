import { randomBytes } from "node:crypto";
import { chmod, lstat, rename, unlink } from "node:fs/promises";
import { connect } from "node:net";

import { CannotListen, SocketInUse } from "./errors.js";

/** For the owner and the group: a proxy that shares the group may connect. */
export const socketMode = 0o660;

/** A Unix socket on its way: a library listens on `draft`, then `open` puts it into its place. */
export interface UnixSocket {
  /** The path to listen on. A library that removes it at the end removes nothing that another server has by then. */
  readonly draft: string;
  /** Lets the group in as well, and everybody find it. Returns how to remove it, unless another has taken the path. */
  open(): Promise<() => Promise<void>>;
}

/**
 * Makes way for a Unix socket; a file that a dead server left is replaced. Rejects with `SocketInUse` when somebody
 * answers there and is not to be replaced, and with `CannotListen` when the path is something else.
 */
export async function prepareUnixSocket(path: string, takeOver: boolean): Promise<UnixSocket> {
  const found = await lstat(path).catch(() => undefined);
  if (found !== undefined && !found.isSocket()) {
    throw new CannotListen({ host: path, port: 0, reason: "there is a file that is no socket" });
  }
  if (found !== undefined && !takeOver && (await answers(path))) throw new SocketInUse({ path });
  const draft = `${path}.${randomBytes(3).toString("hex")}`;
  return { draft, open: () => openUnixSocket(draft, path) };
}

async function openUnixSocket(draft: string, path: string): Promise<() => Promise<void>> {
  await chmod(draft, socketMode);
  const { ino } = await lstat(draft);
  await rename(draft, path);
  return async () => {
    const found = await lstat(path).catch(() => undefined);
    if (found?.ino === ino) await unlink(path);
  };
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once("connect", () => {
      probe.destroy();
      resolve(true);
    });
    probe.once("error", () => resolve(false));
  });
}
