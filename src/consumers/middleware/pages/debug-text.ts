import type { DebugReport, ReportedError } from "./debug-report.js";

/** A report for a terminal: the errors with their stacks, and where they happened. */
export function debugText(report: DebugReport): string {
  const { method, target, route, requestId, errors, secrets } = report;
  const lines = [
    ...errors
      .map((error) => errorLines(error).join("\n"))
      .join("\n\nCaused by:\n")
      .split("\n"),
    "",
    `Request:  ${method} ${target}`,
    `Id:       ${requestId}`,
    ...(route === undefined ? [] : [`Route:    ${route.pattern}${route.name === undefined ? "" : ` (${route.name})`}`]),
    ...report.routes.map(({ kind, path, name }) => `Known:    ${kind} ${path} ${name}`.trimEnd()),
  ];
  return secrets.clean(`${lines.join("\n")}\n`);
}

function errorLines({ name, code, message, issues, frames }: ReportedError): string[] {
  return [
    `${name}${code === undefined ? "" : ` [${code}]`}: ${message}`,
    ...issues.map(([path, problem]) => `    ${path}: ${problem}`),
    ...frames.map((frame) => `    at ${frame.function || "(top)"} (${frame.file}:${frame.line}:${frame.column})`),
  ];
}
