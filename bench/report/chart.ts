/** One bar of a chart. */
export interface Bar {
  readonly label: string;
  readonly value: number;
  /** What stands behind the bar. */
  readonly text: string;
  readonly kind: "ours" | "bare" | "peer";
}

/** A chart of bars, for eyes and for screen readers. */
export interface BarChart {
  /** Unique in its page. */
  readonly id: string;
  readonly title: string;
  /** The same in words. */
  readonly description: string;
  readonly bars: readonly Bar[];
  /** A value with a line across all bars, such as 1 for ratios. */
  readonly mark?: number;
}

const labelWidth = 190;
const barWidth = 380;
const textWidth = 190;
const rowHeight = 26;
const barHeight = 16;
const width = labelWidth + barWidth + textWidth;

/** Colours for light and dark, with a contrast of 4.5 and more for text (WCAG 2.2, 1.4.3). */
export const chartStyle = `
  .chart text { font: 13px system-ui, sans-serif; fill: #1d2127; }
  .chart .ours { fill: #b3401c; } .chart .bare { fill: #6b7480; } .chart .peer { fill: #9aa5b1; }
  .chart .mark { stroke: #1d2127; stroke-dasharray: 3 3; }
  @media (prefers-color-scheme: dark) {
    .chart text { fill: #e8eaed; }
    .chart .ours { fill: #f08a5d; } .chart .bare { fill: #98a2ae; } .chart .peer { fill: #66707c; }
    .chart .mark { stroke: #e8eaed; }
  }`;

/** Horizontal bars as an SVG element that needs `chartStyle`; no scripts, nothing from elsewhere. */
export function barChart({ id, title, description, bars, mark }: BarChart): string {
  const highest = Math.max(mark ?? 0, ...bars.map(({ value }) => value), Number.MIN_VALUE);
  const height = bars.length * rowHeight + 4;
  const x = (value: number): number => Number(((Math.max(0, value) / highest) * barWidth).toFixed(1));
  const rows = bars.map(({ label, value, text, kind }, row) => {
    const top = row * rowHeight + 4;
    const base = top + barHeight - 3;
    // Behind all bars where there is a line that it would stand in.
    const end = labelWidth + (mark === undefined ? Math.max(1, x(value)) : barWidth) + 8;
    return [
      `<text x="${labelWidth - 8}" y="${base}" text-anchor="end">${escape(label)}</text>`,
      `<rect class="${kind}" x="${labelWidth}" y="${top}" width="${Math.max(1, x(value))}" height="${barHeight}" rx="2"/>`,
      `<text x="${end}" y="${base}">${escape(text)}</text>`,
    ].join("");
  });
  const line =
    mark === undefined
      ? ""
      : `<line class="mark" x1="${labelWidth + x(mark)}" x2="${labelWidth + x(mark)}" y1="0" y2="${height}"/>`;
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" aria-labelledby="${id}-title ${id}-description"`,
    ` viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">`,
    `<title id="${id}-title">${escape(title)}</title><desc id="${id}-description">${escape(description)}</desc>`,
    ...rows,
    line,
    "</svg>",
  ].join("");
}

/** Text as HTML and XML have it. */
export function escape(text: string): string {
  const named: Readonly<Record<string, string>> = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    '"': "&quot;",
    "'": "&#39;",
  };
  return text.replaceAll(/[&<>"']/g, (char) => named[char] ?? char);
}
