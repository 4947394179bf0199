import { readFileSync, writeFileSync } from "node:fs";
import { basename, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

import { mergeResults, readResult } from "../result.js";
import { documents, newestResult, withTables } from "./docs-tables.js";
import { htmlPage, markdownPage, ratioFile } from "./pages.js";

const root = fileURLToPath(new URL("../../..", import.meta.url));

/** Writes the pages beside the first file, and, when asked to, the tables in the docs. Gives the exit code. */
export function writeReport(
  { files, isDocs }: { readonly files: readonly string[]; readonly isDocs: boolean },
  say: (line: string) => void,
): number {
  const newest = newestResult(`${root}bench/results`);
  const [first, ...others] = files.length > 0 ? files : newest === undefined ? [] : [newest];
  if (first === undefined) {
    throw new Error("There is no result in bench/results: npm run bench -- --save bench/results/$(date +%F).json");
  }
  const result = others.map(readResult).reduce(mergeResults, readResult(first));
  const stem = first.replace(/\.json$/, "");
  const write = (file: string, text: string): void => {
    writeFileSync(file, text);
    say(relative(process.cwd(), file));
  };
  write(`${stem}.html`, htmlPage(result));
  write(`${stem}.svg`, ratioFile(result));
  write(`${stem}.md`, markdownPage(result, `${basename(stem)}.svg`));
  if (!isDocs) return 0;
  if (newest === undefined || others.length > 0 || resolve(first) !== resolve(newest)) {
    throw new Error("--docs takes its figures from the newest file of bench/results, and from no other.");
  }
  for (const [name, results] of Object.entries(documents)) {
    const file = `${root}${name}`;
    write(file, withTables(readFileSync(file, "utf8"), result, `${results}${basename(stem)}.md`));
  }
  return 0;
}
