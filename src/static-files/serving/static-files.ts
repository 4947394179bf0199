import { realpath, stat } from "node:fs/promises";
import { join, sep } from "node:path";

import {
  chooseCoding,
  ConsumerRun,
  ConsumerServices,
  type Content,
  type FileOptions,
  HttpConsumer,
  type HttpResponse,
  mediaTypeOf,
} from "../../consumers/index.js";
import { type Application, type HttpScope, NotFound } from "../../core/index.js";
import { hasHash, isPlainName } from "../file-name.js";
import { manifestName, type StaticManifest } from "../manifest.js";
import { type Variant, variantEndings } from "../variant.js";
import { ContentCache } from "./cached-content.js";

/** Where static files come from. */
export interface StaticFilesOptions {
  /** Where the files lie; the first directory that has a file gives it. */
  readonly directories: readonly string[];
  /** What was collected in the one directory; URLs with hashes then never expire, and variants are sent. */
  readonly manifest?: StaticManifest;
  /** The path that the files are served under, with slashes at both ends. Default `/static/`. */
  readonly prefix?: string;
  /** Whether a file is looked at again for each request. Default false: it is read once and kept. */
  readonly reload?: boolean;
  /** How long clients may use a file without a hash without asking again, in seconds. Default 3,600; 0 when `reload`. */
  readonly maxAgeS?: number;
  /** How many bytes of files are kept in memory. Default 64 MiB; beyond that they are read from the disk. */
  readonly maxCacheBytes?: number;
  /** Whether pages of other sites may use them, such as fonts: where they have a host of their own. Default false. */
  readonly isShared?: boolean;
}

interface Found {
  readonly path: string;
  readonly size: number;
  readonly lastModified: Date;
}

/** Best first. */
const preference: readonly Variant[] = ["br", "zstd", "gzip"];

/** Serves static files by GET and HEAD, with conditions, ranges and compressed variants. Nothing else can be reached. */
export class StaticFiles {
  readonly #directories: readonly string[];
  readonly #manifest: StaticManifest | undefined;
  readonly #prefix: string;
  readonly #reload: boolean;
  readonly #cacheControl: string;
  readonly #isShared: boolean;
  readonly #cache: ContentCache;
  /** Where files were found; as many as there are, since others are not remembered. */
  readonly #found = new Map<string, Found>();

  constructor(options: StaticFilesOptions) {
    const { directories, manifest, prefix = "/static/", reload = false, maxCacheBytes = 67_108_864 } = options;
    this.#directories = directories;
    this.#manifest = manifest;
    this.#prefix = prefix;
    this.#reload = reload;
    this.#isShared = options.isShared ?? false;
    this.#cache = new ContentCache(reload ? 0 : maxCacheBytes);
    const maxAgeS = options.maxAgeS ?? (reload ? 0 : 3600);
    this.#cacheControl = maxAgeS === 0 ? "no-cache" : `public, max-age=${maxAgeS}`;
  }

  /** Whether a request for `path` (decoded) is for these files. */
  serves(path: string): boolean {
    return path.startsWith(this.#prefix);
  }

  /** Answers every request of an `http` scope: 200, 206, 304, 404, 405, 412 or 416. */
  get application(): Application<HttpScope> {
    const services = new ConsumerServices({ tracksRequests: false });
    const respond = (scope: HttpScope, file: FileFunction): Promise<HttpResponse> => this.#respond(scope, file);
    class StaticFile extends HttpConsumer {
      get(): Promise<HttpResponse> {
        return respond(this.scope, (content, options) => this.file(content, options));
      }
    }
    return (scope, send) => new ConsumerRun(StaticFile, scope, send, services);
  }

  async #respond({ path, headers }: HttpScope, file: FileFunction): Promise<HttpResponse> {
    const name = path.slice(this.#prefix.length);
    const found = await this.#find(name);
    if (found === undefined) throw new NotFound({ what: "This file" });
    const variants = this.#manifest?.variants[name] ?? [];
    // A part of a file is a part of it as it is: who goes on later may want another coding then.
    const variant = headers.has("range") ? undefined : chooseVariant(headers.get("accept-encoding"), variants);
    const chosen = variant === undefined ? found : await this.#find(name + variantEndings[variant]);
    const { path: place, size, lastModified } = chosen ?? found;
    const content = this.#cache.get(place) ?? (await this.#cache.load(place, size, lastModified)) ?? place;
    const response = await file(content, {
      type: mediaTypeOf(name),
      headers: this.#headers(name),
      ...(chosen !== found && { mayCompress: false }),
    });
    if (variants.length > 0) response.vary("accept-encoding");
    if (variant !== undefined && chosen !== undefined) response.setHeader("content-encoding", variant);
    return response;
  }

  #headers(name: string): Record<string, string> {
    const isForever = this.#manifest !== undefined && hasHash(name);
    return {
      "cache-control": isForever ? "public, max-age=31536000, immutable" : this.#cacheControl,
      ...(this.#isShared && { "access-control-allow-origin": "*" }),
    };
  }

  async #find(name: string): Promise<Found | undefined> {
    const known = this.#found.get(name);
    if (known !== undefined) return known;
    if (!isPlainName(name) || (this.#manifest !== undefined && name === manifestName)) return undefined;
    for (const directory of this.#directories) {
      const found = await lookFor(directory, name);
      if (found === undefined) continue;
      if (!this.#reload) this.#found.set(name, found);
      return found;
    }
    return undefined;
  }
}

type FileFunction = (content: string | Content, options: FileOptions) => Promise<HttpResponse>;

function chooseVariant(header: string | undefined, variants: readonly Variant[]): Variant | undefined {
  if (variants.length === 0) return undefined;
  return chooseCoding(
    header,
    preference.filter((variant) => variants.includes(variant)),
  );
}

/** A file of this name below a directory; what a link leads to elsewhere is none. */
async function lookFor(directory: string, name: string): Promise<Found | undefined> {
  try {
    const [base, path] = await Promise.all([realpath(directory), realpath(join(directory, name))]);
    if (!path.startsWith(base + sep)) return undefined;
    const info = await stat(path);
    return info.isFile() ? { path, size: info.size, lastModified: info.mtime } : undefined;
  } catch {
    return undefined;
  }
}
