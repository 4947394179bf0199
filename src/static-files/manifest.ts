import { readFile, rename, writeFile } from "node:fs/promises";
import { join } from "node:path";

import { toError } from "../core/index.js";
import type { Variant } from "./variant.js";

/** Where the names of collected files are kept, in the directory that holds them. */
export const manifestName = "staticfiles.json";

/** What was collected. */
export interface StaticManifest {
  readonly version: 1;
  /** Changes when any file does. */
  readonly hash: string;
  /** The name with its hash, by the name without: `css/site.css` to `css/site.3f2a9c1b44d0.css`. */
  readonly files: Readonly<Record<string, string>>;
  /** Which compressed variants lie beside a file, by its name, with hash and without. */
  readonly variants: Readonly<Record<string, readonly Variant[]>>;
}

/** The manifest of a directory, or `undefined` where nothing was collected. Rejects with what is wrong with the file. */
export async function readManifest(root: string): Promise<StaticManifest | undefined> {
  const path = join(root, manifestName);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (thrown) {
    const error = toError(thrown);
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
  const manifest = JSON.parse(text) as StaticManifest;
  if (manifest.version !== 1) throw new Error(`${path} is of a version that this Hotclub does not know; collect anew`);
  return manifest;
}

/** Puts the manifest into its place in one step: whoever reads it meanwhile reads the old one or the new one. */
export async function writeManifest(root: string, manifest: StaticManifest): Promise<void> {
  const draft = join(root, `.${manifestName}.${process.pid}`);
  await writeFile(draft, `${JSON.stringify(manifest, null, 1)}\n`);
  await rename(draft, join(root, manifestName));
}
