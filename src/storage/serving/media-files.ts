import { ConsumerRun, ConsumerServices, HttpConsumer, type HttpResponse, mediaTypeOf } from "../../consumers/index.js";
import { type Application, type HttpScope, NotFound } from "../../core/index.js";
import { FileNameInvalid, StoredFileMissing } from "../errors.js";
import type { Storage } from "../storage.js";

/** How stored files are served. */
export interface MediaFilesOptions {
  /** A function is asked at each request. */
  readonly storage: Storage | (() => Storage);
  /** The path that they are served under, with slashes at both ends. Default `/media/`. */
  readonly prefix?: string;
  /** How long clients may use a file without asking again, in seconds. Default 0: they ask whether it has changed. */
  readonly maxAgeS?: number;
}

/**
 * Types that browsers show without running anything of them. All others are for saving: what people upload is not to act
 * in the site's name. SVG can hold scripts.
 */
const shown =
  /^(?:image\/(?:png|jpeg|gif|webp|avif|bmp|x-icon|vnd\.microsoft\.icon)|audio\/[\w.+-]+|video\/[\w.+-]+|text\/plain|application\/pdf)$/;

/** Serves the files of a storage by GET and HEAD, with conditions and ranges. */
export class MediaFiles {
  readonly #storage: () => Storage;
  readonly #prefix: string;
  readonly #cacheControl: string;

  constructor({ storage, prefix = "/media/", maxAgeS = 0 }: MediaFilesOptions) {
    this.#storage = typeof storage === "function" ? storage : () => storage;
    this.#prefix = prefix;
    this.#cacheControl = maxAgeS === 0 ? "no-cache" : `public, max-age=${maxAgeS}`;
  }

  /** Whether a request for `path` (decoded) is for these files. */
  serves(path: string): boolean {
    return path.startsWith(this.#prefix);
  }

  /** Answers every request of an `http` scope: 200, 206, 304, 404, 405, 412 or 416. */
  get application(): Application<HttpScope> {
    const services = new ConsumerServices({ tracksRequests: false });
    const find = (path: string) => this.#open(path.slice(this.#prefix.length));
    const cacheControl = this.#cacheControl;
    class MediaFile extends HttpConsumer {
      async get(): Promise<HttpResponse> {
        const content = await find(this.scope.path);
        const type = content.type ?? mediaTypeOf(content.name);
        const isShown = shown.test(type.split(";")[0] ?? "");
        return this.file(content, {
          type,
          headers: {
            "cache-control": cacheControl,
            "x-content-type-options": "nosniff",
            // Browsers show no PDF in a sandbox.
            ...(!type.startsWith("application/pdf") && { "content-security-policy": "default-src 'none'; sandbox" }),
          },
          ...(!isShown && { downloadName: content.name.slice(content.name.lastIndexOf("/") + 1) }),
        });
      }
    }
    return (scope, send) => new ConsumerRun(MediaFile, scope, send, services);
  }

  async #open(name: string) {
    try {
      return await this.#storage().open(name);
    } catch (thrown) {
      if (thrown instanceof StoredFileMissing || thrown instanceof FileNameInvalid)
        throw new NotFound({ what: "This file" }, { cause: thrown });
      throw thrown;
    }
  }
}
