/** Of a client of ioredis, what writing goes through. */
interface WritingClient {
  readonly stream: { cork(): void; uncork(): void } | null | undefined;
  sendCommand(...args: unknown[]): unknown;
}

/**
 * Has a client make one write to its socket for all commands of a turn of the event loop, in place of one for each: where
 * many tasks are on their way, that is a quarter of what a command costs, here and at the server. A command leaves when
 * what this process was woken for is done, promises included, and not later: what it is woken for next may take long.
 */
export function writeByTurns(client: object): void {
  const its = client as WritingClient;
  const { sendCommand } = its;
  let isCorked = false;
  its.sendCommand = (...args) => {
    const { stream } = its;
    if (!isCorked && stream) {
      isCorked = true;
      stream.cork();
      process.nextTick(() => {
        isCorked = false;
        stream.uncork();
      });
    }
    return sendCommand(...args);
  };
}
