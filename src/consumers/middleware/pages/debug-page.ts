import type { DebugReport, Entry, ReportedError, ReportedFrame } from "./debug-report.js";
import { debugStyle } from "./debug-style.js";
import { Markup, type MarkupTag, markupTag } from "./markup.js";

/** A report as a page for a browser. Every text in it is cleaned of secrets and escaped. */
export function debugPage(report: DebugReport, nonce: string): Markup {
  const markup = markupTag((text) => report.secrets.clean(text));
  const { status, method, target, requestId, errors } = report;
  const [error, ...causes] = errors;
  return markup`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <meta name="robots" content="noindex">
  <title>${error.name} at ${target}</title>
  <style nonce="${nonce}">${new Markup(debugStyle)}</style>
</head>
<body>
<header>
<p class="what">${status} · ${method} ${target}</p>
${errorHead(markup, error)}
</header>
<main>
${routeTable(markup, report)}
${stack(markup, error)}
${causes.map((cause) => causeOf(markup, cause))}
${group(markup, "Request", [
  ["id", requestId],
  ["method", method],
  ["target", target],
])}
${group(markup, "Route", routeEntries(report))}
${group(markup, "Parameters", report.params)}
${group(markup, "Query", report.query)}
${group(markup, "Headers", report.headers)}
${group(markup, "Cookies", report.cookies)}
${group(markup, "Settings", report.settings)}
<footer>Node.js ${process.version} · ${new Date().toISOString()} · You see this page because DEBUG is on.</footer>
</main>
</body>
</html>
`;
}

function errorHead(markup: MarkupTag, { name, code, message, issues }: ReportedError): Markup {
  return markup`<h1>${name} <code>${code}</code></h1>
<pre class="message">${message}</pre>
${issues.length > 0 && table(markup, issues)}`;
}

function causeOf(markup: MarkupTag, cause: ReportedError): Markup {
  return markup`<section class="cause"><p class="what">Caused by</p>
${errorHead(markup, cause)}</section>
${stack(markup, cause)}`;
}

/** The project's own frames with their source; those between them can be unfolded. */
function stack(markup: MarkupTag, { frames }: ReportedError): Markup {
  const parts: Markup[] = [];
  let others: Markup[] = [];
  const fold = (): void => {
    if (others.length === 0) return;
    const summary = `${others.length} of Node.js, packages and the framework`;
    parts.push(markup`<li><details><summary>${summary}</summary><ol>${others}</ol></details></li>\n`);
    others = [];
  };
  for (const frame of frames) {
    if (frame.isOwn) {
      fold();
      parts.push(markup`<li>${frameLine(markup, frame)}${excerpt(markup, frame)}</li>\n`);
    } else {
      others.push(markup`<li>${frameLine(markup, frame)}</li>\n`);
    }
  }
  fold();
  return markup`<ol class="stack">${parts}</ol>`;
}

function frameLine(markup: MarkupTag, frame: ReportedFrame): Markup {
  return markup`<p><b>${frame.function || "(top)"}</b> ${frame.file}:${frame.line}:${frame.column}</p>`;
}

function excerpt(markup: MarkupTag, { source, line }: ReportedFrame): Markup | undefined {
  if (source === undefined) return undefined;
  const rows = source.lines.map((text, index) => {
    const number = source.firstLine + index;
    const numbered = `${String(number).padStart(5)}  ${text}`;
    return number === line ? markup`<mark>${numbered}</mark>\n` : markup`${numbered}\n`;
  });
  return markup`<pre class="source">${rows}</pre>`;
}

function routeEntries({ route }: DebugReport): readonly Entry[] {
  if (route === undefined) return [];
  const { pattern, name = "", host = "", exempt } = route;
  return [
    ["pattern", pattern],
    ["name", name],
    ["host", host],
    ["exempt from", exempt.join(", ")],
  ];
}

function routeTable(markup: MarkupTag, { routes }: DebugReport): Markup | false {
  if (routes.length === 0) return false;
  const rows = routes.map(
    ({ kind, path, name }) => markup`<tr><th>${kind}</th><td>${path}</td><td>${name}</td></tr>\n`,
  );
  return markup`<h2>The routes that there are</h2>\n<table>${rows}</table>`;
}

function group(markup: MarkupTag, title: string, entries: readonly Entry[]): Markup | false {
  return entries.length > 0 && markup`<h2>${title}</h2>\n${table(markup, entries)}`;
}

function table(markup: MarkupTag, entries: readonly Entry[]): Markup {
  const rows = entries.map(([name, value]) => markup`<tr><th>${name}</th><td>${value}</td></tr>\n`);
  return markup`<table>${rows}</table>`;
}
