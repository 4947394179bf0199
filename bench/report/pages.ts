import type { BenchResult } from "../result.js";
import { barChart, chartStyle, escape } from "./chart.js";
import { caseChart, caseColumns, caseRows, circumstances, ratioChart, remarksOf } from "./charts.js";

const explained =
  "A figure is work per second of the server's own CPU time, or what its unit says; per second is by the clock. " +
  "Rounds of all servers take turns; figures are medians over the rounds, ratios of neighbouring rounds.";

/** The page for a browser: charts and the tables beside them, light and dark, no scripts, nothing from elsewhere. */
export function htmlPage(result: BenchResult): string {
  const sections = Object.entries(result.cases).map(([name, figures]) => {
    const title = `${escape(figures.unit)}${figures.isLessBetter ? ", less is better" : ""}`;
    return `<section aria-labelledby="case-${name}">
<h2 id="case-${name}">${escape(name)}</h2>
<p>${escape(figures.title)}.</p>
<figure>${barChart(caseChart(name, figures))}<figcaption>${title}</figcaption></figure>
${htmlTable(`${name}, ${figures.unit}`, caseColumns, caseRows(figures))}
<p>${remarksOf(figures).map(escape).join(" ")}</p>
</section>`;
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Hotclub: benchmarks</title>
<style>
  body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; color: #1d2127; background: #fff; }
  figure { margin: 0; overflow-x: auto; }
  figcaption { color: #4d5661; }
  .wide { overflow-x: auto; }
  table { border-collapse: collapse; margin: 1rem 0; }
  caption { text-align: start; color: #4d5661; }
  th, td { padding: .2rem .6rem; text-align: end; border-bottom: 1px solid #d5d9de; }
  th:first-child { text-align: start; }
  @media (prefers-color-scheme: dark) {
    body { color: #e8eaed; background: #15181c; }
    figcaption, caption { color: #b3bac2; }
    th, td { border-color: #3a4149; }
  }${chartStyle}
</style>
</head>
<body>
<main>
<h1>Benchmarks</h1>
<p>${escape(circumstances(result))}</p>
<p>${escape(explained)}</p>
${failuresOf(result)
  .map((failure) => `<p><strong>${escape(failure)}</strong></p>`)
  .join("\n")}
<h2 id="case-ratios">Beside the bare library</h2>
<figure>${barChart(ratioChart(result))}</figure>
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
  const sections = Object.entries(result.cases).map(([name, figures]) => {
    const head = `## ${name}\n\n${figures.title}. Figure: ${figures.unit}${figures.isLessBetter ? ", less is better" : ""}.`;
    return `${head}\n\n${markdownTable(caseColumns, withBars(figures))}\n\n${remarksOf(figures).join(" ")}`;
  });
  const versions = Object.entries(result.versions).map(([name, version]) => `${name} ${version}`);
  return `# Benchmarks

${circumstances(result)}

${explained}
${failuresOf(result)
  .map((failure) => `\n**${failure}**\n`)
  .join("")}
![${ratioChart(result).title}](${chart})

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
  const svg = barChart(ratioChart(result));
  return `${svg.replace("<title", `<style>${chartStyle}</style><title`)}\n`;
}

/** The first line of each failure: its stack is for whoever ran it. */
function failuresOf({ failures }: BenchResult): string[] {
  return Object.entries(failures).map(([name, why]) => `${name} failed: ${why.split("\n", 1)[0]}`);
}
