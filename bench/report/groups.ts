import type { CaseFigures } from "../figures.js";
import type { BenchResult } from "../result.js";

/** A case of a result, with its name. */
export type NamedFigures = readonly [name: string, figures: CaseFigures];

/** What belongs together, by how the names of cases begin, in the order in which it is shown. */
const groups: readonly (readonly [title: string, begins: RegExp])[] = [
  ["HTTP", /^(?:http|sse)/],
  ["Pages", /^(?:page|templates|admin)/],
  ["WebSockets", /^websocket/],
  ["Groups, messages and presence", /^(?:broadcast|direct|layer|presence|recovery|remote)/],
  ["Tasks", /^tasks/],
  ["Database: SQLite", /^orm-sqlite/],
  ["Database: PostgreSQL", /^orm-postgres/],
  ["Start-up and types", /^(?:start-up|types)/],
];

/** The cases of a result by subject, whatever the order in which they were measured; no group is empty. */
export function groupsOf({
  cases,
}: BenchResult): readonly (readonly [title: string, cases: readonly NamedFigures[]])[] {
  const all = Object.entries(cases);
  const rest = all.filter(([name]) => !groups.some(([, begins]) => begins.test(name)));
  return [
    ...groups.map(([title, begins]) => [title, all.filter(([name]) => begins.test(name))] as const),
    ["Others", rest] as const,
  ].filter(([, its]) => its.length > 0);
}

/** The same cases in the same order, without their groups. */
export function inOrder(result: BenchResult): readonly NamedFigures[] {
  return groupsOf(result).flatMap(([, cases]) => cases);
}
