import type { BenchResult } from "../result.js";
import { barChart, chartStyle, escape } from "./chart.js";
import { caseChart, caseColumns, caseRows, circumstances, ratioChart, remarksOf, unitOf } from "./charts.js";
import { groupsOf, inOrder, type NamedFigures } from "./groups.js";

const explained = [
  "Each case has the same work done by several servers: ours; bare, which is the library that ours stands on, used " +
    "directly (such as uWebSockets.js or postgres.js); and what one would use instead.",
  "A figure is work per second of the server's own CPU time, or what its unit says; per second is by the clock. " +
    "Rounds of all servers take turns; figures are medians over the rounds. “Ours to it” is ours divided by the other " +
    "in the same round, the median of all: above 1 ours is ahead, or behind where less is better.",
];

/** The page for a browser: charts and the tables beside them, light and dark, no scripts, nothing from elsewhere. */
export function htmlPage(result: BenchResult): string {
  const groups = groupsOf(result);
  const contents = groups.map(([title, cases]) => {
    const links = cases.map(([name]) => `<a href="#case-${name}">${escape(name)}</a>`);
    return `<li><a href="#${idOf(title)}">${escape(title)}</a>: ${links.join(", ")}</li>`;
  });
  const sections = groups.map(([title, cases]) => {
    const id = idOf(title);
    return `<section aria-labelledby="${id}">
<h2 id="${id}">${escape(title)}</h2>
${cases.map(sectionOf).join("\n")}
</section>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Hotclub: benchmarks</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1d2127; background: #fff; }
  h2 { margin-top: 3rem; } h3 { margin-top: 2.5rem; }
  a { color: #1a56a8; }
  figure { margin: 0; }
  figcaption { color: #4d5661; margin-bottom: .5rem; }
  .wide { overflow-x: auto; }
  table { border-collapse: collapse; margin: 1rem 0; font-size: .875rem; font-variant-numeric: tabular-nums; }
  caption { text-align: start; color: #4d5661; }
  th, td { padding: .2rem .6rem; text-align: end; white-space: nowrap; border-bottom: 1px solid #d5d9de; }
  th:first-child { text-align: start; padding-inline-start: 0; }
  @media (prefers-color-scheme: dark) {
    body { color: #e8eaed; background: #15181c; }
    a { color: #8ab8f5; }
    figcaption, caption { color: #b3bac2; }
    th, td { border-color: #3a4149; }
  }${chartStyle}
</style>
</head>
<body>
<main>
<h1>Hotclub: benchmarks</h1>
<p>${escape(circumstances(result))}</p>
${explained.map((paragraph) => `<p>${escape(paragraph)}</p>`).join("\n")}
${failuresOf(result)
  .map((failure) => `<p><strong>${escape(failure)}</strong></p>`)
  .join("\n")}
<nav aria-label="Cases"><ul>
${contents.join("\n")}
</ul></nav>
<h2 id="case-ratios">Ours beside the bare library</h2>
<figure><figcaption>${escape(ratioTitle)}</figcaption>${barChart(ratioChart(inOrder(result)))}</figure>
${sections.join("\n")}
<section aria-labelledby="versions">
<h2 id="versions">Versions</h2>
${htmlTable("What was measured", ["package", "version"], Object.entries(result.versions))}
</section>
</main>
</body>
</html>
`;
}

const ratioTitle =
  "The figure of ours divided by that of the bare library, with the lowest and the highest of the rounds; longer is better";

function sectionOf([name, figures]: NamedFigures): string {
  return `<section aria-labelledby="case-${name}">
<h3 id="case-${name}">${escape(name)}</h3>
<p>${escape(figures.title)}.</p>
<figure><figcaption>${escape(unitOf(figures))}</figcaption>${barChart(caseChart(name, figures))}</figure>
${htmlTable(`All figures of ${name}`, caseColumns, caseRows(figures))}
<p>${remarksOf(figures).map(escape).join(" ")}</p>
</section>`;
}

function idOf(title: string): string {
  return title.toLowerCase().replaceAll(/[^a-z]+/g, "-");
}

function htmlTable(caption: string, columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const head = columns.map((column) => `<th scope="col">${escape(column)}</th>`).join("");
  const body = rows.map(([first = "", ...cells]) => {
    const others = cells.map((cell) => `<td>${escape(cell)}</td>`).join("");
    return `<tr><th scope="row">${escape(first)}</th>${others}</tr>`;
  });
  return `<div class="wide" tabindex="0" role="region" aria-label="${escape(caption)}"><table><caption>${escape(caption)}</caption>
<thead><tr>${head}</tr></thead>
<tbody>
${body.join("\n")}
</tbody></table></div>`;
}

/** The page for readers of the repository. `chart` is the file of the ratios' chart beside it. */
export function markdownPage(result: BenchResult, chart: string): string {
  const sections = groupsOf(result).map(([title, cases]) => {
    const its = cases.map(([name, figures]) => {
      const head = `### ${name}\n\n${figures.title}. Figure: ${unitOf(figures)}.`;
      return `${head}\n\n${markdownTable(caseColumns, withBars(figures))}\n\n${remarksOf(figures).join(" ")}`;
    });
    return [`## ${title}`, ...its].join("\n\n");
  });
  const versions = Object.entries(result.versions).map(([name, version]) => `${name} ${version}`);
  return `# Benchmarks

${circumstances(result)}

${explained.join("\n\n")}
${failuresOf(result)
  .map((failure) => `\n**${failure}**\n`)
  .join("")}
![${ratioTitle}](${chart})

${sections.join("\n\n")}

## Versions

${versions.join(", ")}.
`;
}

/** Rows with a bar of blocks before the figure: Markdown has no charts. */
function withBars(figures: BenchResult["cases"][string]): readonly (readonly string[])[] {
  const highest = Math.max(...Object.values(figures.servers).map(({ figure }) => figure), Number.MIN_VALUE);
  return caseRows(figures).map((cells) => {
    const length = Math.round((Math.max(0, figures.servers[cells[0] ?? ""]?.figure ?? 0) / highest) * 20);
    return cells.map((cell, column) => (column === 1 ? `${"█".repeat(length)} ${cell}`.trim() : cell));
  });
}

export function markdownTable(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(columns), `|${columns.map(() => "---").join("|")}|`, ...rows.map(line)].join("\n");
}

/** The ratios' chart as a file of its own. */
export function ratioFile(result: BenchResult): string {
  return `${barChart(ratioChart(inOrder(result)), true)}\n`;
}

/** The first line of each failure: its stack is for whoever ran it. */
function failuresOf({ failures }: BenchResult): string[] {
  return Object.entries(failures).map(([name, why]) => `${name} failed: ${why.split("\n", 1)[0]}`);
}
