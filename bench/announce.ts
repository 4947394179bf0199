/**
 * Tells the runner which port a server process listens on, and from then on what CPU time it has used, on request.
 * Every server of a case calls it once.
 */
export function announce(port: number): void {
  process.on("message", (message) => {
    if (message === "cpu") process.send?.({ cpu: process.cpuUsage() });
  });
  process.on("disconnect", () => process.exit());
  process.send?.({ port });
}
