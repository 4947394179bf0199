import { StaticFileMissing } from "./errors.js";
import { encodeName } from "./file-name.js";
import type { StaticManifest } from "./manifest.js";

/** The URLs of static files. */
export class StaticUrls {
  /** What they begin with: `/static/`, or `https://cdn.example.com/static/`. */
  readonly base: string;
  readonly #manifest: StaticManifest | undefined;
  readonly #known = new Map<string, string>();

  /** With a manifest, URLs carry hashes, and names that are not in it have none. */
  constructor(base: string, manifest?: StaticManifest) {
    this.base = base.endsWith("/") ? base : `${base}/`;
    this.#manifest = manifest;
    if (manifest === undefined) return;
    for (const [name, hashed] of Object.entries(manifest.files)) this.#known.set(name, this.base + encodeName(hashed));
  }

  /** The path that they are served under here: that of the base, whatever its host. */
  get path(): string {
    return new URL(this.base, "http://localhost").pathname;
  }

  /** The URL of the file called `name`, such as `css/site.css`. Throws `StaticFileMissing` for one that was not collected. */
  url(name: string): string {
    if (this.#manifest === undefined) return this.base + encodeName(name);
    const url = this.#known.get(name);
    if (url !== undefined) return url;
    throw new StaticFileMissing({ name, looked: "the files that were collected" });
  }
}

let current = new StaticUrls("/static/");

/** Makes these the URLs of this process, for `staticUrl`. */
export function setStaticUrls(urls: StaticUrls): void {
  current = urls;
}

/** The URL of a static file of this process's project, for code; templates have `{% static "css/site.css" %}`. */
export function staticUrl(name: string): string {
  return current.url(name);
}
