import type { Token } from "liquidjs";

/** One place that a failure went through: first where it happened, then what included that, and so on. */
export interface FailurePlace {
  readonly template: string;
  readonly line: number;
  readonly column: number;
  /** The lines around, the line itself marked. */
  readonly excerpt: string;
}

/** Something went wrong in a template; on its way out it gathers the places that it goes through. */
export class Failure extends Error {
  readonly places: FailurePlace[] = [];

  constructor(cause: Error) {
    super(cause.message, { cause });
  }
}

/** Where `token` stands. */
export function placeOf(template: string, { input, begin }: Pick<Token, "input" | "begin">): FailurePlace {
  const before = input.slice(0, begin).split("\n");
  const line = before.length;
  const column = (before.at(-1)?.length ?? 0) + 1;
  return { template, line, column, excerpt: excerptOf(input, line) };
}

function excerptOf(source: string, line: number): string {
  const lines = source.split("\n");
  const first = Math.max(1, line - 2);
  const last = Math.min(lines.length, line + 2);
  const width = String(last).length;
  const rows: string[] = [];
  for (let number = first; number <= last; number += 1) {
    rows.push(`${number === line ? ">>" : "  "} ${String(number).padStart(width)} | ${lines[number - 1] ?? ""}`);
  }
  return rows.join("\n");
}
