import type { LayerCounters, LayerReport, ProcessReport } from "../layers/index.js";

/** More groups are summed up in a line. */
const maxGroups = 30;

const drops = ["droppedFull", "droppedExpired", "droppedEnded", "droppedInvalid", "droppedMissed"] as const;

/** Two reports, `seconds` apart, as tables for people: processes, groups, and channels in which messages wait. */
export function layersTable(before: LayerReport, now: LayerReport, seconds: number): string {
  const earlier = new Map(before.processes.map((report) => [report.processId, report]));
  const rate = (report: ProcessReport, of: (counters: LayerCounters) => number): string => {
    const start = earlier.get(report.processId);
    // What a process did before it was seen is no rate.
    return start === undefined ? "" : String(Math.round((of(report.counters) - of(start.counters)) / seconds));
  };
  const processes = now.processes.map((report) => [
    `${report.host}:${report.pid}`,
    String(report.channels),
    String(report.groupCount),
    rate(report, ({ sent, groupSent }) => sent + groupSent),
    rate(report, ({ delivered }) => delivered),
    String(report.waiting),
    String(drops.reduce((sum, kind) => sum + report.counters[kind], 0)),
  ]);
  const groups = groupsOf(now);
  const shown = groups
    .slice(0, maxGroups)
    .map(([name, { members, processes: count }]) => [name, String(members), String(count)]);
  const parts = [
    table(["PROCESS", "CHANNELS", "GROUPS", "SENT/S", "DELIVERED/S", "WAITING", "DROPPED"], processes),
    table(["GROUP", "MEMBERS", "PROCESSES"], shown),
  ];
  if (groups.length > maxGroups) parts.push(`… and ${groups.length - maxGroups} more groups\n`);
  if (now.pending.length > 0) {
    parts.push(
      table(
        ["PENDING IN", "MESSAGES"],
        now.pending.map(({ channel, messages }) => [channel, String(messages)]),
      ),
    );
  }
  return parts.join("\n");
}

/** The members of each group over all processes, the largest group first. */
function groupsOf({ processes }: LayerReport): [name: string, { members: number; processes: number }][] {
  const groups = new Map<string, { members: number; processes: number }>();
  for (const report of processes) {
    for (const { name, members } of report.groups) {
      const sum = groups.get(name) ?? { members: 0, processes: 0 };
      groups.set(name, { members: sum.members + members, processes: sum.processes + 1 });
    }
  }
  return [...groups].sort(([a, x], [b, y]) => y.members - x.members || (a < b ? -1 : 1));
}

/** The first column is text, the others are numbers. */
function table(titles: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = titles.map((title, column) => Math.max(title.length, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]): string =>
    `${cells
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join("  ")
      .trimEnd()}\n`;
  return [titles, ...rows].map(line).join("");
}
