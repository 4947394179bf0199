/**
 * Tells the runner which port a server process listens on, and from then on what CPU time it has used and how much
 * memory JavaScript holds, on request. Every server of a case calls it once.
 */
export function announce(port: number): void {
  process.on("message", (message) => {
    if (message === "cpu") process.send?.({ cpu: process.cpuUsage() });
    if (message === "memory") process.send?.({ memory: heldBytes() });
  });
  process.on("disconnect", () => process.exit());
  process.send?.({ port });
}

/** What is still held after the garbage is collected. Of native memory, only what JavaScript answers for. */
function heldBytes(): number {
  // Twice, because what has a finalizer goes with the second.
  for (let times = 0; times < 2; times++) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
