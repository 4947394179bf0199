import { chmod, lstat, unlink } from "node:fs/promises";
import { connect } from "node:net";

import { CannotListen, SocketInUse } from "./errors.js";

/** For the owner and the group: a proxy that shares the group may connect. */
const socketMode = 0o660;

/**
 * Makes way for a Unix socket: a socket file that a dead server left is removed. Rejects with `SocketInUse` when
 * somebody answers there, and with `CannotListen` when the path is something else.
 */
export async function prepareUnixSocket(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return;
  if (!found.isSocket()) throw new CannotListen({ host: path, port: 0, reason: "there is a file that is no socket" });
  if (await answers(path)) throw new SocketInUse({ path });
  await unlink(path);
}

/** Lets the group in as well. Returns how to remove the file at the end, unless another server has taken the path. */
export async function openUnixSocket(path: string): Promise<() => Promise<void>> {
  await chmod(path, socketMode);
  const { ino } = await lstat(path);
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
