import type { Usage } from "./bench-process.js";

/** Does what the process that started this one asks for, one order after the other, and ends with it. */
export function obey(work: (order: unknown) => Promise<unknown>): void {
  process.on("disconnect", () => process.exit());
  // A terminal sends these to all processes; this one is ended by the one that started it.
  for (const signal of ["SIGINT", "SIGHUP"] as const) process.on(signal, () => {});
  process.on("message", (order: { readonly do: string }) => {
    const done = order.do === "usage" ? Promise.resolve(usage()) : work(order);
    done.then(
      (result) => process.send?.({ result }),
      (thrown: unknown) => process.send?.({ failure: thrown instanceof Error ? thrown.message : String(thrown) }),
    );
  });
}

function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuSeconds: (user + system) / 1e6, memoryBytes: process.memoryUsage().rss };
}
