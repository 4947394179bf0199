import { endProfile, startProfile } from "./profile.js";

/** What the runner asks a server. */
export type Question = "cpu" | "memory" | "profile" | { readonly profileTo: string };

/**
 * Tells the runner which port a server process listens on, and from then on what CPU time it has used and how much
 * memory JavaScript holds, on request; on request it also notes what it does, until it is told where to write that. Every
 * server of a case calls it once.
 */
export function announce(port: number): void {
  process.on("message", (question: Question) => void answer(question).then((said) => process.send?.(said)));
  process.on("disconnect", () => process.exit());
  process.send?.({ port });
}

async function answer(question: Question): Promise<object> {
  if (question === "cpu") return { cpu: process.cpuUsage() };
  if (question === "memory") return { memory: heldBytes() };
  await (question === "profile" ? startProfile() : endProfile(question.profileTo));
  return {};
}

/** What is still held after the garbage is collected. Of native memory, only what JavaScript answers for. */
function heldBytes(): number {
  // Twice, because what has a finalizer goes with the second.
  for (let times = 0; times < 2; times++) globalThis.gc?.();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
