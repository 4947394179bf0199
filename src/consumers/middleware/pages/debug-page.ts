import type { DebugReport, Entry, ReportedError, ReportedFrame } from "./debug-report.js";
import { debugStyle } from "./debug-style.js";
import { Markup, type MarkupTag, markupTag } from "./markup.js";

/** A report as a page for a browser. Every text in it is cleaned of secrets and escaped. */
export function debugPage(report: DebugReport, nonce: string): Markup {
  const html = markupTag((text) => report.secrets.clean(text));
  const { status, method, target, route, errors, requestId } = report;
  const [error, ...causes] = errors;
  return html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="robots" content="noindex" />
        <title>${error.name} at ${target}</title>
        <style nonce="${nonce}">
          ${new Markup(debugStyle)}
        </style>
      </head>
      <body>
        <header>
          <p class="what">${status} · ${method} ${target}</p>
          ${errorHead(html, error)}
        </header>
        <main>
          ${report.routes.length > 0 && routeTable(html, report)} ${stack(html, error)}
          ${causes.map(
            (cause) =>
              html`<section class="cause">
                  <p class="what">Caused by</p>
                  ${errorHead(html, cause)}
                </section>
                ${stack(html, cause)}`,
          )}
          <h2>Request</h2>
          ${table(html, [
            ["id", requestId],
            ["method", method],
            ["target", target],
          ])}
          ${
            route &&
            html`<h2>Route</h2>
              ${table(html, [
                ["pattern", route.pattern],
                ["name", route.name ?? ""],
                ["host", route.host ?? ""],
                ["exempt from", route.exempt.join(", ")],
              ])}`
          }
          ${group(html, "Parameters", report.params)} ${group(html, "Query", report.query)}
          ${group(html, "Headers", report.headers)} ${group(html, "Cookies", report.cookies)}
          ${group(html, "Settings", report.settings)}
          <footer>
            Node.js ${process.version} · ${new Date().toISOString()} · You see this page because DEBUG is on.
          </footer>
        </main>
      </body>
    </html> `;
}

function errorHead(html: MarkupTag, { name, code, message, issues }: ReportedError): Markup {
  return html`<h1>${name}${code !== undefined && html` <code>${code}</code>`}</h1>
    <pre class="message">${message}</pre>
    ${issues.length > 0 && table(html, issues)}`;
}

/** The project's own frames with their source; those between them can be unfolded. */
function stack(html: MarkupTag, { frames }: ReportedError): Markup {
  const parts: Markup[] = [];
  for (let i = 0; i < frames.length;) {
    const frame = frames[i];
    if (frame === undefined) break;
    if (frame.isOwn) {
      parts.push(html`<li>${frameLine(html, frame)}${frame.source && excerpt(html, frame)}</li>`);
      i += 1;
      continue;
    }
    const end = frames.findIndex((later, index) => index > i && later.isOwn);
    const others = frames.slice(i, end < 0 ? undefined : end);
    parts.push(
      html`<li>
        <details>
          <summary>${others.length} of Node.js, packages and the framework</summary>
          <ol>
            ${others.map((other) => html`<li>${frameLine(html, other)}</li>`)}
          </ol>
        </details>
      </li>`,
    );
    i += others.length;
  }
  return html`<ol class="stack">
    ${parts}
  </ol>`;
}

function frameLine(html: MarkupTag, frame: ReportedFrame): Markup {
  return html`<p><b>${frame.function || "(top)"}</b> ${frame.file}:${frame.line}:${frame.column}</p>`;
}

function excerpt(html: MarkupTag, { source, line }: ReportedFrame): Markup | undefined {
  if (source === undefined) return undefined;
  const rows = source.lines.map((text, index) => {
    const number = source.firstLine + index;
    const padded = String(number).padStart(5);
    return number === line ? html`<mark>${padded} ${text}</mark> ` : html`${padded} ${text} `;
  });
  return html`<pre class="source">${rows}</pre>`;
}

function routeTable(html: MarkupTag, { routes }: DebugReport): Markup {
  return html`<h2>The routes that there are</h2>
    <table>
      ${routes.map(
        ({ kind, path, name }) =>
          html`<tr>
            <th>${kind}</th>
            <td>${path}</td>
            <td>${name}</td>
          </tr>`,
      )}
    </table>`;
}

function group(html: MarkupTag, title: string, entries: readonly Entry[]): Markup | false {
  return (
    entries.length > 0 &&
    html`<h2>${title}</h2>
      ${table(html, entries)}`
  );
}

function table(html: MarkupTag, entries: readonly Entry[]): Markup {
  return html`<table>
    ${entries.map(
      ([name, value]) =>
        html`<tr>
          <th>${name}</th>
          <td>${value}</td>
        </tr>`,
    )}
  </table>`;
}
