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
  /** Where bars end, and what is written at some values, with a line across all bars. Default: the longest bar ends. */
  readonly axis?: {
    readonly end: number;
    readonly marks: readonly { readonly value: number; readonly text: string }[];
  };
}

const rowHeight = 32;
const barHeight = 9;
/** Of a chart in a file of its own; in a page it is as wide as there is room. */
const fileWidth = 760;
const axisHeight = 20;

/** Colours for light and dark, with a contrast of 4.5 and more for text (WCAG 2.2, 1.4.3), and of 3 for bars (1.4.11). */
export const chartStyle = `
  .chart { display: block; width: 100%; max-width: 47.5rem; }
  .chart text { font: 13px system-ui, sans-serif; fill: #1d2127; }
  .chart .value { font-variant-numeric: tabular-nums; text-anchor: end; }
  .chart .axis { font-size: 12px; fill: #4d5661; }
  .chart .ground { fill: #fff; } .chart .room { fill: #eceff2; }
  .chart .ours { fill: #b3401c; } .chart .bare { fill: #56606c; } .chart .peer { fill: #858f9b; }
  .chart .mark { stroke: #1d2127; stroke-dasharray: 3 3; }
  @media (prefers-color-scheme: dark) {
    .chart text { fill: #e8eaed; } .chart .axis { fill: #b3bac2; }
    .chart .ground { fill: #15181c; } .chart .room { fill: #23282e; }
    .chart .ours { fill: #f08a5d; } .chart .bare { fill: #aab3bd; } .chart .peer { fill: #76818d; }
    .chart .mark { stroke: #e8eaed; }
  }`;

/**
 * Bars with their labels and values above them, as an SVG element that needs `chartStyle`; no scripts, nothing from
 * elsewhere. It is as wide as there is room, on a telephone too, and its letters stay as large; `isFile`: it stands alone.
 */
export function barChart({ id, title, description, bars, axis }: BarChart, isFile = false): string {
  const highest = axis?.end ?? Math.max(...bars.map(({ value }) => value), Number.MIN_VALUE);
  const top = axis === undefined ? 0 : axisHeight;
  const height = top + bars.length * rowHeight + 2;
  const percent = (value: number): string => `${Number((Math.min(1, Math.max(0, value) / highest) * 100).toFixed(2))}%`;
  const rows = bars.map(({ label, value, text, kind }, row) => {
    const y = top + row * rowHeight;
    const at = `y="${y + 18}" height="${barHeight}" rx="2"`;
    return [
      `<text x="0" y="${y + 13}">${escape(label)}</text>`,
      `<text class="value" x="100%" y="${y + 13}">${escape(text)}</text>`,
      `<rect class="room" x="0" width="100%" ${at}/>`,
      `<rect class="${kind}" x="0" width="${percent(value)}" ${at}/>`,
    ].join("");
  });
  const lines = (axis?.marks ?? []).map(({ value, text }) => {
    const x = percent(value);
    const anchor = value === 0 ? "start" : value === highest ? "end" : "middle";
    const line = `<line class="mark" x1="${x}" x2="${x}" y1="${axisHeight - 4}" y2="${height}"/>`;
    return `<text class="axis" x="${x}" y="12" text-anchor="${anchor}">${escape(text)}</text>${value > 0 && value < highest ? line : ""}`;
  });
  const size = isFile ? ` viewBox="0 0 ${fileWidth} ${height}" width="${fileWidth}"` : "";
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" aria-labelledby="${id}-title ${id}-description"`,
    `${size} height="${height}">`,
    `<title id="${id}-title">${escape(title)}</title><desc id="${id}-description">${escape(description)}</desc>`,
    isFile ? `<style>${chartStyle}</style><rect class="ground" width="100%" height="100%"/>` : "",
    ...rows,
    ...lines,
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
