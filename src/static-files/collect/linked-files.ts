import { createHash } from "node:crypto";

import { StaticReferenceMissing } from "../errors.js";
import { hashDigits, hashedName } from "../file-name.js";
import { cssReferences } from "../references/css-references.js";
import { jsReferences } from "../references/js-references.js";
import type { FindReferences } from "../references/reference.js";
import { resolveReference, writeReference } from "../references/resolve.js";
import { componentsOf } from "./components.js";

const finders: readonly (readonly [ending: RegExp, find: FindReferences])[] = [
  [/\.css$/i, cssReferences],
  [/\.m?js$/i, jsReferences],
];

interface Link {
  readonly at: number;
  readonly target: string;
  /** The file that it leads to. */
  readonly name: string;
  readonly suffix: string;
}

/** A file with the name and the contents that it is published with. */
export interface PublishedFile {
  readonly name: string;
  readonly hashedName: string;
  readonly body: Buffer;
}

/**
 * Gives each file a name with the hash of its contents, in which references to other files name those by their hashes:
 * a change of a picture changes the stylesheet that shows it. Files that refer to each other in a circle share what
 * their hashes are made of. Throws `StaticReferenceMissing`.
 */
export function linkFiles(files: ReadonlyMap<string, Buffer>, prefix: string): readonly PublishedFile[] {
  const links = new Map([...files].map(([name, body]) => [name, linksOf(name, body, files, prefix)]));
  const graph = new Map([...links].map(([name, own]) => [name, new Set(own.map((link) => link.name))]));
  const hashedNames = new Map<string, string>();
  const published: PublishedFile[] = [];
  for (const component of componentsOf(graph)) {
    const inCircle = component.length > 1 || component.some((name) => graph.get(name)?.has(name) === true);
    const contents = (name: string): Buffer => rewritten(name, files, links, hashedNames, prefix);
    if (inCircle) {
      // Their names are not known yet, so references among them stay as they were until the hash is made.
      const whole = createHash("sha256");
      for (const name of component.toSorted()) whole.update(name).update("\0").update(contents(name));
      const hash = whole.digest("hex");
      for (const name of component) hashedNames.set(name, hashedName(name, hashOf(hash, name)));
    } else {
      for (const name of component) hashedNames.set(name, hashedName(name, hashOf(contents(name))));
    }
    for (const name of component) {
      published.push({ name, hashedName: hashedNames.get(name) ?? name, body: contents(name) });
    }
  }
  return published.toSorted((one, other) => (one.name < other.name ? -1 : 1));
}

function hashOf(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest("hex").slice(0, hashDigits);
}

function linksOf(name: string, body: Buffer, files: ReadonlyMap<string, Buffer>, prefix: string): readonly Link[] {
  const find = finders.find(([ending]) => ending.test(name))?.[1];
  if (find === undefined) return [];
  const text = body.toString();
  const links: Link[] = [];
  for (const { target, at, isNeeded } of find(text)) {
    const resolved = resolveReference(target, name, prefix);
    if (resolved === undefined) continue;
    if (files.has(resolved.name)) {
      links.push({ at, target, ...resolved });
    } else if (isNeeded) {
      const line = text.slice(0, at).split("\n").length;
      throw new StaticReferenceMissing({ file: name, line, reference: target });
    }
  }
  return links;
}

function rewritten(
  name: string,
  files: ReadonlyMap<string, Buffer>,
  links: ReadonlyMap<string, readonly Link[]>,
  hashedNames: ReadonlyMap<string, string>,
  prefix: string,
): Buffer {
  const body = files.get(name) ?? Buffer.alloc(0);
  const own = links.get(name) ?? [];
  if (own.length === 0) return body;
  const text = body.toString();
  let result = "";
  let end = 0;
  for (const { at, target, name: linked, suffix } of own) {
    const known = hashedNames.get(linked);
    if (known === undefined) continue;
    result += text.slice(end, at) + writeReference(target, name, prefix, known) + suffix;
    end = at + target.length;
  }
  return Buffer.from(result + text.slice(end));
}
