import type { Redis } from "ioredis";

/** How often it is looked in the time that Redis has for an answer. */
const looks = 4;

/**
 * Ends a connection on which nothing has come for `timeoutMs` although answers are due; a client that retries makes a new
 * one. It is counted in looks, between which what has come is read: a process too busy to read is not taken for a Redis
 * that is gone, as it would be by the clock.
 */
export function watchSilence(client: Redis, timeoutMs: number): void {
  let timer: NodeJS.Timeout | undefined;
  client.on("connect", () => {
    clearInterval(timer);
    const { stream } = client;
    let read = -1;
    let silent = 0;
    timer = setInterval(() => {
      const { bytesRead } = stream as { readonly bytesRead?: number };
      const isSilent = bytesRead === read && client.commandQueue.length > 0;
      read = bytesRead ?? 0;
      silent = isSilent ? silent + 1 : 0;
      // One more, because the first came some time after the question.
      if (silent === looks + 1)
        stream.destroy(new Error(`Redis has said nothing for ${timeoutMs} ms, and answers are due`));
    }, timeoutMs / looks).unref();
  });
  client.on("close", () => clearInterval(timer));
}
