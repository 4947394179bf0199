import type { CpuProfile, CpuProfileNode } from "./profile.js";

/** A function, and which part of the time it ran itself. */
export interface HotFunction {
  readonly name: string;
  readonly place: string;
  readonly share: number;
}

/** Where the process waited for something to do. */
const idle = new Set(["(idle)", "(program)", "(root)"]);

/** The functions that ran longest themselves, of the time in which the process did something. */
export function hottest({ nodes, samples, timeDeltas }: CpuProfile, count: number): readonly HotFunction[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const functions = new Map<string, { readonly node: CpuProfileNode; micros: number }>();
  let total = 0;
  for (const [at, id] of samples.entries()) {
    const node = byId.get(id);
    if (node === undefined || idle.has(node.callFrame.functionName)) continue;
    const micros = timeDeltas[at] ?? 0;
    const { functionName, url, lineNumber } = node.callFrame;
    const key = `${functionName} ${url}:${lineNumber}`;
    const known = functions.get(key);
    if (known === undefined) functions.set(key, { node, micros });
    else known.micros += micros;
    total += micros;
  }
  return [...functions.values()]
    .sort((a, b) => b.micros - a.micros)
    .slice(0, count)
    .map(({ node, micros }) => ({ name: nameOf(node), place: placeOf(node), share: micros / total }));
}

/** What a function is called, or that it has no name. */
export function nameOf({ callFrame: { functionName } }: CpuProfileNode): string {
  return functionName === "" ? "(anonymous)" : functionName;
}

/** File and line, the file without its way there; empty of what is native. */
export function placeOf({ callFrame: { url, lineNumber } }: CpuProfileNode): string {
  return url === "" ? "" : `${url.replace(/^.*\/(?=[^/]*\/[^/]*$)/, "")}:${lineNumber + 1}`;
}
