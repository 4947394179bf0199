import { writeFileSync } from "node:fs";
import { Session } from "node:inspector/promises";

/** How often it is looked what runs, in microseconds. */
const everyMicroseconds = 200;

/** What V8's profiler gives, and `.cpuprofile` files hold: a tree of calls, and which of them ran when. */
export interface CpuProfile {
  readonly nodes: readonly CpuProfileNode[];
  /** The nodes that ran, one for each look, and the microseconds between the looks. */
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}

/** A function, called from where its parent in the tree is. */
export interface CpuProfileNode {
  readonly id: number;
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number };
  readonly children?: readonly number[];
}

let session: Session | undefined;

/** Begins to note what this process does; what was noted before is forgotten. */
export async function startProfile(): Promise<void> {
  session?.disconnect();
  session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: everyMicroseconds });
  await session.post("Profiler.start");
}

/** Ends it, and writes the profile into a file. */
export async function endProfile(file: string): Promise<void> {
  if (session === undefined) throw new Error("no profile was begun");
  const { profile } = await session.post("Profiler.stop");
  session.disconnect();
  session = undefined;
  writeFileSync(file, JSON.stringify(profile));
}
