import type { Readable } from "node:stream";

import { Busboy, type BusboyInstance } from "@fastify/busboy";

import { BadRequest, BodyTooLarge, toError, UnsupportedMediaType } from "../../core/index.js";
import { FormTooLong, UploadTooLarge } from "../errors.js";
import type { BodyLimits } from "./body-limits.js";
import { parseContentType } from "./content-type.js";
import { safeFileName } from "./file-name.js";
import { IncomingFile } from "./incoming-file.js";
import type { FileFacts } from "./uploaded-file.js";

/** The most that the headers of one part may take, in bytes. */
const maxPartHeaderBytes = 16_384;

/** Takes the parts of a form as they come. */
export interface MultipartSink {
  field(name: string, value: string): void;
  /** The next part waits until this has settled; what it has not read is dropped. */
  file(file: IncomingFile): Promise<void>;
}

/** Reads one body of type `multipart/form-data` (RFC 7578), part by part, at the pace of whoever takes them. */
export class MultipartReader {
  readonly #limits: BodyLimits;
  readonly #sink: MultipartSink;
  readonly #parser: BusboyInstance;
  /** Settles when the files that have come so far are dealt with. */
  #files: Promise<void> = Promise.resolve();
  #current: Readable | undefined;
  #fieldBytes = 0;
  #fileBytes = 0;
  #failure: Error | undefined;
  #hasFinished = false;
  #onChange: (() => void) | undefined;

  /** Throws `BadRequest` when `contentType` names no boundary. */
  constructor(contentType: string, limits: BodyLimits, sink: MultipartSink) {
    this.#limits = limits;
    this.#sink = sink;
    this.#parser = newParser(contentType, limits);
    const tooMany = (what: string, limit: number) => () => this.#fail(new FormTooLong({ what, limit }));
    this.#parser
      .on("field", (name, value, _isNameCut, isCut, encoding) => this.#takeField(name, value, isCut, encoding))
      .on("file", (name, stream, fileName, encoding, type) => this.#takeFile(name, stream, fileName, encoding, type))
      .on("fieldsLimit", tooMany("fields", limits.maxFields))
      .on("filesLimit", tooMany("files", limits.maxFiles))
      .on("partsLimit", tooMany("parts", limits.maxFields + limits.maxFiles))
      .on("drain", () => this.#onChange?.())
      .on("error", (cause) => this.#fail(new BadRequest({ detail: "The body is no whole form." }, { cause })))
      .on("finish", () => {
        this.#hasFinished = true;
        this.#onChange?.();
      });
  }

  /**
   * Reads `body` to its end. Rejects with `BadRequest`, `FormTooLong`, `BodyTooLarge`, `UploadTooLarge`,
   * `UnsupportedMediaType`, with what the sink throws and with what `body` throws; then nothing of the sink runs any more.
   */
  async read(body: AsyncIterable<Uint8Array>): Promise<void> {
    try {
      for await (const piece of body) {
        if (!this.#parser.write(piece)) await this.#change(() => !this.#parser.writableNeedDrain);
        if (this.#failure !== undefined) break;
      }
      if (this.#failure === undefined) {
        this.#parser.end();
        await this.#change(() => this.#hasFinished);
      }
    } catch (thrown) {
      this.#fail(toError(thrown));
    }
    await this.#files;
    if (this.#failure !== undefined) throw this.#failure;
  }

  async #change(isReached: () => boolean): Promise<void> {
    while (!isReached() && this.#failure === undefined) {
      await new Promise<void>((resolve) => {
        this.#onChange = resolve;
      });
    }
  }

  #takeField(name: string | undefined, value: string, isCut: boolean, encoding: string): void {
    if (!this.#isGoodPart(name, encoding)) return;
    const { maxBodyBytes } = this.#limits;
    this.#fieldBytes += Buffer.byteLength(name) + Buffer.byteLength(value);
    if (isCut || this.#fieldBytes > maxBodyBytes) this.#fail(new BodyTooLarge({ maxBytes: maxBodyBytes }));
    else this.#sink.field(name, value);
  }

  #takeFile(
    name: string | undefined,
    stream: Readable,
    fileName: string | undefined,
    encoding: string,
    type: string,
  ): void {
    // Whoever reads hears of errors; that nobody reads is none.
    stream.on("error", () => {});
    if (!this.#isGoodPart(name, encoding)) {
      stream.resume();
      return;
    }
    this.#current = stream;
    const { maxFileBytes } = this.#limits;
    stream.on("limit", () => this.#fail(new UploadTooLarge({ what: "A file", maxBytes: maxFileBytes })));
    const facts = { field: name, name: safeFileName(fileName ?? ""), type: parseContentType(type).type };
    // Several small files may have come at once; they are still given on one at a time, and in order.
    this.#files = this.#files.then(() => this.#deliver(facts, fileName ?? "", stream));
  }

  async #deliver(facts: FileFacts, fileName: string, stream: Readable): Promise<void> {
    if (this.#failure !== undefined) return;
    try {
      // The parser waits for the end of a file, which a destroyed one never reaches.
      let source = stream.iterator({ destroyOnReturn: false }) as AsyncIterableIterator<Uint8Array>;
      if (fileName === "") {
        // A choice of files that was left empty is sent as a file without name and content.
        const first = await source.next();
        if (first.done === true) return;
        source = startingWith(first.value, source);
      }
      await this.#sink.file(new IncomingFile(facts, source, (bytes) => this.#countFile(bytes)));
    } catch (thrown) {
      this.#fail(toError(thrown));
    } finally {
      stream.resume();
    }
  }

  #countFile(bytes: number): void {
    const { maxTotalFileBytes } = this.#limits;
    this.#fileBytes += bytes;
    if (this.#fileBytes <= maxTotalFileBytes) return;
    throw new UploadTooLarge({ what: "What the files of the form hold together", maxBytes: maxTotalFileBytes });
  }

  #isGoodPart(name: string | undefined, encoding: string): name is string {
    if (this.#failure !== undefined) return false;
    if (name === undefined) this.#fail(new BadRequest({ detail: "A part of the form has no name." }));
    else if (encoding === "base64" || encoding === "quoted-printable") {
      this.#fail(new UnsupportedMediaType({ given: `a form with parts in ${encoding}`, expected: "plain parts" }));
    } else return true;
    return false;
  }

  /** The first failure ends it all: whoever reads a file is told. */
  #fail(error: Error): void {
    this.#failure ??= error;
    this.#current?.destroy(this.#failure);
    this.#onChange?.();
  }
}

function newParser(contentType: string, limits: BodyLimits): BusboyInstance {
  try {
    return new Busboy({
      headers: { "content-type": contentType },
      // Names are made safe here.
      preservePath: true,
      limits: {
        fields: limits.maxFields,
        files: limits.maxFiles,
        parts: limits.maxFields + limits.maxFiles,
        fieldSize: limits.maxBodyBytes,
        fileSize: limits.maxFileBytes,
        headerSize: maxPartHeaderBytes,
      },
    });
  } catch (cause) {
    throw new BadRequest({ detail: "The form does not say what separates its parts." }, { cause });
  }
}

async function* startingWith<T>(first: T, rest: AsyncIterator<T>): AsyncGenerator<T, void, undefined> {
  yield first;
  for (let next = await rest.next(); next.done !== true; next = await rest.next()) yield next.value;
}
