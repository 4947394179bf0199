import { nameOf, placeOf } from "./hottest.js";
import type { CpuProfile, CpuProfileNode } from "./profile.js";
import { escape } from "./report/chart.js";

const width = 1600;
const rowHeight = 17;
/** What is narrower is not drawn. */
const narrowest = 1;
/** About how wide a letter is. */
const letterWidth = 6.5;

interface Frame {
  readonly node: CpuProfileNode;
  readonly micros: number;
  readonly children: readonly Frame[];
}

/**
 * Draws a profile: each function as wide as it ran, with those that it called above it. What each is stands in its
 * title, which a browser shows under the pointer. The time in which the process waited is left out.
 */
export function flameGraph(profile: CpuProfile, title: string): string {
  const root = framesOf(profile);
  const rows = depthOf(root);
  const boxes: string[] = [];
  const scale = width / Math.max(root.micros, 1);
  const draw = (frame: Frame, x: number, depth: number): void => {
    const wide = frame.micros * scale;
    if (wide < narrowest) return;
    boxes.push(box(frame, x, (rows - depth) * rowHeight, wide, frame.micros / root.micros));
    let at = x;
    for (const child of frame.children) {
      draw(child, at, depth + 1);
      at += child.micros * scale;
    }
  };
  draw(root, 0, 1);
  const height = (rows + 1) * rowHeight;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="system-ui, sans-serif" font-size="11">
<title>${escape(title)}</title>
<rect width="100%" height="100%" fill="#fff"/>
${boxes.join("\n")}
</svg>
`;
}

function box({ node }: Frame, x: number, y: number, wide: number, share: number): string {
  const name = nameOf(node);
  const letters = Math.floor((wide - 6) / letterWidth);
  const text = letters < 3 ? "" : name.length > letters ? `${name.slice(0, letters - 1)}…` : name;
  const about = `${name} ${placeOf(node)} ${(share * 100).toFixed(1)} %`;
  return (
    `<g><title>${escape(about)}</title><rect x="${x.toFixed(1)}" y="${y}" width="${wide.toFixed(1)}" height="${rowHeight - 1}" fill="${colourOf(node)}"/>` +
    `<text x="${(x + 3).toFixed(1)}" y="${y + rowHeight - 5}">${escape(text)}</text></g>`
  );
}

/** Ours warm, what we use cooler, what is native grey. */
function colourOf({ callFrame: { url } }: CpuProfileNode): string {
  if (url === "") return "#cfd4da";
  if (url.startsWith("node:")) return "#b7d3c6";
  return url.includes("/node_modules/") ? "#b9c9ea" : "#f4b183";
}

function framesOf({ nodes, samples, timeDeltas }: CpuProfile): Frame {
  const own = new Map<number, number>();
  for (const [at, id] of samples.entries()) own.set(id, (own.get(id) ?? 0) + (timeDeltas[at] ?? 0));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const frameOf = (node: CpuProfileNode): Frame => {
    const children = (node.children ?? []).flatMap((id) => {
      const child = byId.get(id);
      return child === undefined || child.callFrame.functionName === "(idle)" ? [] : [frameOf(child)];
    });
    children.sort((a, b) => b.micros - a.micros);
    return { node, children, micros: children.reduce((sum, { micros }) => sum + micros, own.get(node.id) ?? 0) };
  };
  const [first] = nodes;
  if (first === undefined) throw new Error("the profile is empty");
  return frameOf(first);
}

function depthOf({ children }: Frame): number {
  return 1 + Math.max(0, ...children.map(depthOf));
}
