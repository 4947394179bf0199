import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import { TemplateEngine, type TemplateEngineOptions } from "hotclub/templates";

/** A new directory with `files`. */
export function templateFolder(files: Readonly<Record<string, string>>): string {
  const directory = mkdtempSync(join(tmpdir(), "templates-"));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(directory, name)), { recursive: true });
    writeFileSync(join(directory, name), text);
  }
  return directory;
}

/** An engine whose templates are `files`. */
export function templateEngine(
  files: Readonly<Record<string, string>>,
  options: Partial<TemplateEngineOptions> = {},
): TemplateEngine {
  return new TemplateEngine({ directories: [templateFolder(files)], ...options });
}
