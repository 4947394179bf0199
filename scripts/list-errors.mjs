// Writes docs/reference/errors.md from the error classes of the sources: their docstrings, codes and statuses.
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

/** The page as it should be. */
export function errorsPage() {
  const sources = sourceFiles(join(root, "src")).filter((path) => !path.endsWith("core/errors.ts"));
  const errors = sources.flatMap((path) => errorsIn(readFileSync(path, "utf8"), relative(join(root, "src"), path)));
  const folders = groupByFolder(errors);
  const sections = [...folders].sort(([a], [b]) => a.localeCompare(b)).map(([folder, its]) => section(folder, its));
  return `# Errors

Every error that Hotclub raises on purpose is a \`HotclubError\` with a \`code\` that never changes its meaning, \`params\`, an HTTP
\`status\` (and a WebSocket \`closeCode\`) for the case that it reaches a client, \`temporary\` (the same call may succeed later,
unchanged), and its \`cause\`. Its message says what was wrong, where, and what to do.

This page is written by \`npm run errors\`, from the classes themselves.

${sections.join("\n")}`;
}

function section(folder, errors) {
  const rows = errors
    .sort((a, b) => a.code.localeCompare(b.code))
    .map(
      ({ code, name, status, temporary, text }) =>
        `| \`${code}\` | \`${name}\` | ${status}${temporary ? ", temporary" : ""} | ${text} |`,
    );
  // Of a command nobody imports anything.
  const title = folder === "cli" ? "The `hotclub` command" : `\`hotclub/${folder}\``;
  return `## ${title}\n\n| code | class | status | when |\n|---|---|---|---|\n${rows.join("\n")}\n`;
}

/** Every documented class with a code: one that `defineError` makes, or a kind of such a class that has a code of its own. */
function errorsIn(source, path) {
  const pattern =
    /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*export (?:abstract )?class (\w+) extends ([\s\S]*?\n\}(?:\) \{[\s\S]*?\})?)/g;
  return [...source.matchAll(pattern)].flatMap(([, comment, name, body]) => {
    const code = /(?:code: |listed\()"([A-Z0-9_]+)"/.exec(body)?.[1];
    if (code === undefined) return [];
    const status = /\bstatus(?:: number)?(?: =|:) (\d+)/.exec(body)?.[1] ?? "500";
    const temporary = /\btemporary(?:: boolean)?(?: =|:) true/.test(body);
    return [{ folder: path.split("/")[0], name, code, status, temporary, text: textOf(comment) }];
  });
}

/** A docstring in one line, without what a table cannot hold. */
function textOf(comment) {
  return comment
    .replaceAll(/^\s*\* ?/gm, "")
    .replaceAll(/\s+/g, " ")
    .replaceAll("|", "\\|")
    .trim();
}

function groupByFolder(errors) {
  const folders = new Map();
  for (const error of errors) folders.set(error.folder, [...(folders.get(error.folder) ?? []), error]);
  return folders;
}

function sourceFiles(directory) {
  return readdirSync(directory)
    .sort()
    .flatMap((name) => {
      const path = join(directory, name);
      if (statSync(path).isDirectory()) return sourceFiles(path);
      return name.endsWith(".ts") ? [path] : [];
    });
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(join(root, "docs/reference/errors.md"), errorsPage());
