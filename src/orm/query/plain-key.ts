import type { ExpressionNode } from "../expressions/nodes.js";

/**
 * A text for named expressions that have no values in them: the same for the same expressions, and for no others.
 * `undefined` for those of other kinds, which must be understood before they can be told apart.
 */
export function plainKey(
  entries: readonly (readonly [name: string, node: ExpressionNode])[],
  step: string,
): string | undefined {
  let text = step;
  for (const [name, node] of entries) {
    const key = keyOf(node);
    if (key === undefined) return undefined;
    text += ` ${name.length}:${name}=${key}`;
  }
  return text;
}

function keyOf(node: ExpressionNode): string | undefined {
  // Lengths stand before what the program named, so that no name can look like two.
  if (node.kind === "field") return `${node.path.length}:${node.path}`;
  if (node.kind !== "aggregate") return undefined;
  const { name, args, output, isDistinct, filter, orderBy, default: fallback } = node;
  if (filter !== undefined || fallback !== undefined || orderBy.length > 0) return undefined;
  let text = `${isDistinct ? "!" : ""}${name} ${output}(`;
  for (const arg of args) {
    const key = keyOf(arg);
    if (key === undefined) return undefined;
    text += `${key},`;
  }
  return `${text})`;
}
