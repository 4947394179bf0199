// Takes the TypeScript samples out of the README and docs/, so that they are type-checked and run.
//
// A fence says what a sample is: ```ts file=models.ts is a file that later samples of the same page may import, and
// ```ts run is a program of its own. Other kinds of ```ts are refused: a sample that nothing runs soon lies. Files of other
// languages that have a name (```liquid file=home.liquid) are there for the programs to use.
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const target = join(root, ".build/samples");

/** Writes every sample below .build/samples/ and lists the pages with the programs to run. */
export function extractSamples() {
  rmSync(target, { recursive: true, force: true });
  return [join(root, "README.md"), ...markdownFiles(join(root, "docs"))].map(extractPage);
}

function extractPage(path) {
  const page = relative(root, path);
  const folder = join(target, page.replace(/\.md$/, "").replaceAll("/", "-"));
  const programs = [];
  const problems = [];
  let count = 0;
  for (const [, info, code] of readFileSync(path, "utf8").matchAll(/^```ts([^\n]*)\n([\s\S]*?)^```$/gm)) {
    const [, file] = /^ file=(\S+)$/.exec(info) ?? [];
    const isProgram = info === " run";
    if (file === undefined && !isProgram)
      problems.push(`${page}: a sample is neither "run" nor "file=NAME": ${code.split("\n")[0]}`);
    count += 1;
    const name = file ?? `sample-${count}.ts`;
    const destination = join(folder, name);
    mkdirSync(dirname(destination), { recursive: true });
    // A sample without imports is a module all the same.
    writeFileSync(destination, `${code}\nexport {};\n`);
    if (isProgram) programs.push(destination);
  }
  for (const [, language, file, text] of readFileSync(path, "utf8").matchAll(
    /^```(\w+) file=(\S+)\n([\s\S]*?)^```$/gm,
  )) {
    if (language === "ts") continue;
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    writeFileSync(join(folder, file), text);
  }
  return { page, folder, programs, problems };
}

function markdownFiles(directory) {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    if (statSync(path).isDirectory()) return markdownFiles(path);
    return name.endsWith(".md") ? [path] : [];
  });
}
