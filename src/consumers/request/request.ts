import {
  BadRequest,
  type ClientAddress,
  type HttpScope,
  type RequestHeaders,
  type RouteParams,
  type Schema,
  type SchemaOutput,
  UnsupportedMediaType,
  validate,
} from "../../core/index.js";
import type { Cookies } from "../cookies.js";
import { isLocalUrl } from "../response/redirect.js";
import { preferredLanguage, preferredType } from "./accept.js";
import type { BodyLimits } from "./body-limits.js";
import { type ContentType, parseContentType } from "./content-type.js";
import { decodeText, isUtf8 } from "./decode-text.js";
import type { Form } from "./form.js";
import { type FormOptions, multipart, parseUrlEncoded, readMultipart, urlEncoded } from "./read-form.js";
import type { BodyReader } from "./request-body.js";
import { UploadDirectory } from "./upload-directory.js";

/** What a request has of the consumer that handles it. */
export interface RequestOwner {
  readonly scope: HttpScope;
  readonly signal: AbortSignal;
  readonly cookies: Cookies;
}

/** What templates see of a request. */
export interface TemplateRequest {
  readonly method: string;
  readonly path: string;
  readonly params: object;
  /** Still encoded. */
  readonly queryString: string;
  readonly query: object;
}

/** An HTTP request: what its scope says, and its body, read once and kept. */
export class HttpRequest<Params = RouteParams> {
  readonly scope: HttpScope;
  readonly #owner: RequestOwner;
  readonly #body: BodyReader;
  readonly #limits: BodyLimits;
  #query: URLSearchParams | undefined;
  #contentType: ContentType | undefined;
  #form: Promise<Form> | undefined;
  #uploads: UploadDirectory | undefined;

  constructor(owner: RequestOwner, body: BodyReader, limits: BodyLimits) {
    this.scope = owner.scope;
    this.#owner = owner;
    this.#body = body;
    this.#limits = limits;
  }

  /** In upper case. */
  get method(): string {
    return this.scope.method;
  }

  /** Decoded, without the query. */
  get path(): string {
    return this.scope.path;
  }

  get headers(): RequestHeaders {
    return this.scope.headers;
  }

  /** The values captured from the path, converted. */
  get params(): Params {
    return this.scope.params as Params;
  }

  get query(): URLSearchParams {
    return (this.#query ??= new URLSearchParams(this.scope.queryString));
  }

  /** What the client sent, and what goes back with the response. */
  get cookies(): Cookies {
    return this.#owner.cookies;
  }

  /** Aborted when the client has gone. */
  get signal(): AbortSignal {
    return this.#owner.signal;
  }

  /** The client's address; the one that a trusted proxy tells of, where the server was told to trust one. */
  get client(): ClientAddress {
    return this.scope.client;
  }

  /** Whether the client came over TLS, to the server or to a trusted proxy. */
  get isSecure(): boolean {
    return this.scope.scheme === "https";
  }

  /** The host that the client asked, in lower case, with its port where one was given. Throws `BadRequest` without one. */
  get host(): string {
    const host = this.headers.get("host")?.toLowerCase() ?? "";
    if (/^(?:[\w.-]+|\[[\da-f:.]+\])(?::\d{1,5})?$/.test(host)) return host;
    throw new BadRequest({ detail: "The request does not say for which host it is." });
  }

  /**
   * The whole URL of a path on this site, or of this request when none is given. Relative paths go from this one.
   * Throws `BadRequest` as `host` does.
   */
  absoluteUrl(path?: string): string {
    const { rawPath, queryString } = this.scope;
    const base = `${this.isSecure ? "https" : "http"}://${this.host}`;
    const own = base + rawPath + (queryString === "" ? "" : `?${queryString}`);
    return path === undefined ? own : new URL(path, own).href;
  }

  /** Whether a URL that came from a client, such as `next`, leads to this site; see `isLocalUrl`. */
  isLocalUrl(url: string): boolean {
    return isLocalUrl(url, { allowedHosts: [this.host], isSecure: this.isSecure });
  }

  /** Whether the client takes any of these media types. */
  accepts(...types: readonly string[]): boolean {
    return this.preferredType(types) !== undefined;
  }

  /**
   * Which of these media types the client likes best, `undefined` when it takes none: see `preferredType` of
   * `hotclub/consumers`. Say `vary("accept")` on the response that depends on it.
   */
  preferredType<const Type extends string>(types: readonly Type[]): Type | undefined {
    return preferredType(this.headers.getAll("accept").join(",") || undefined, types);
  }

  /** Which of these languages the client likes best, `undefined` when it takes none. */
  preferredLanguage<const Language extends string>(languages: readonly Language[]): Language | undefined {
    return preferredLanguage(this.headers.getAll("accept-language").join(",") || undefined, languages);
  }

  /** The media type of the body in lower case, without parameters; empty when the client did not say. */
  get contentType(): string {
    return this.#parsedType.type;
  }

  /** The charset that the client says its body is in, as it came, or `undefined`. */
  get charset(): string | undefined {
    return this.#parsedType.params.get("charset");
  }

  get #parsedType(): ContentType {
    return (this.#contentType ??= parseContentType(this.headers.get("content-type")));
  }

  /** The whole body. Rejects with `BodyTooLarge` beyond the limit, `ClientGone` when the client went away. */
  async bytes(): Promise<Uint8Array> {
    return this.#read();
  }

  #read(): Uint8Array | Promise<Uint8Array> {
    return this.#body.read(this.#limits.maxBodyBytes);
  }

  /**
   * The body as it comes, piece by piece, to be read once: while nobody asks for the next piece, the client is held
   * back. There is no limit to it but `maxBytes`, beyond which it rejects with `BodyTooLarge`; also with `ClientGone`.
   */
  stream({ maxBytes = Number.POSITIVE_INFINITY }: { readonly maxBytes?: number } = {}): AsyncIterable<Uint8Array> {
    return this.#body.stream(maxBytes);
  }

  /** The body as text, in UTF-8 or the charset that the client names. Rejects also with `BadRequest` when it is none. */
  async text(): Promise<string> {
    this.#refuseCoding();
    const body = this.#read();
    return decodeText(body instanceof Promise ? await body : body, this.charset);
  }

  /** The body as JSON, checked by `schema` where one is given. Rejects also with `UnsupportedMediaType`, `ValidationFailed`. */
  json(): Promise<unknown>;
  json<S extends Schema>(schema: S): Promise<SchemaOutput<S>>;
  async json(schema?: Schema): Promise<unknown> {
    const { contentType, charset } = this;
    if (contentType !== "application/json" && !/^application\/[\w.+-]+\+json$/.test(contentType)) {
      this.#refuseType("application/json");
    }
    // RFC 8259 §8.1
    if (!isUtf8(charset)) throw new UnsupportedMediaType({ given: `JSON in ${charset}`, expected: "UTF-8" });
    this.#refuseCoding();
    // Most bodies are here already, and an `await` would cost more than reading them.
    const body = this.#read();
    const text = decodeText(body instanceof Promise ? await body : body);
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw new BadRequest({ detail: "The body is not valid JSON." }, { cause });
    }
    return schema === undefined ? value : validate(schema, value, "The body");
  }

  /**
   * The body as a form, `application/x-www-form-urlencoded` and `multipart/form-data` alike; the same at every call.
   * Its files are on disk until the request has ended, or go to `onFile`. With a schema, what that makes of the form as
   * one object (`Form.toObject`).
   *
   * Rejects with `UnsupportedMediaType`, `BadRequest` for what is no form, `FormTooLong`, `BodyTooLarge`,
   * `UploadTooLarge` and `ValidationFailed`.
   */
  form(options?: FormOptions): Promise<Form>;
  form<S extends Schema>(schema: S, options?: FormOptions): Promise<SchemaOutput<S>>;
  async form(schemaOrOptions: Schema | FormOptions = {}, options: FormOptions = {}): Promise<unknown> {
    if (!("~standard" in schemaOrOptions)) return this.#readForm(schemaOrOptions);
    const form = await this.#readForm(options);
    return validate(schemaOrOptions, form.toObject(), "The form");
  }

  #readForm(options: FormOptions): Promise<Form> {
    this.#form ??= this.#parseForm(options);
    return this.#form;
  }

  async #parseForm(options: FormOptions): Promise<Form> {
    const { type } = this.#parsedType;
    if (type === urlEncoded) {
      this.#refuseCoding();
      return parseUrlEncoded(decodeText(await this.#read()), this.#parsedType, this.#limits);
    }
    if (type !== multipart) this.#refuseType(`${urlEncoded} or ${multipart}`);
    this.#refuseCoding();
    this.#uploads = new UploadDirectory(this.#limits.directory);
    return readMultipart({
      ...options,
      body: this.#body,
      contentType: this.headers.get("content-type") ?? "",
      limits: this.#limits,
      uploads: this.#uploads,
    });
  }

  /** Removes the files of the form that were not moved; `undefined` where there is nothing to do. */
  removeUploads(): Promise<void> | undefined {
    return this.#uploads?.remove();
  }

  /** What templates see as `request`: plain values, for they reach no getters. */
  forTemplates(): TemplateRequest {
    const { method, path, scope, query } = this;
    return { method, path, params: scope.params, queryString: scope.queryString, query: Object.fromEntries(query) };
  }

  #refuseType(expected: string): never {
    throw new UnsupportedMediaType({ given: this.contentType || "of no stated type", expected });
  }

  /** A compressed body is not unpacked: a small one could become any size. */
  #refuseCoding(): void {
    const coding = this.headers.get("content-encoding")?.trim().toLowerCase() ?? "identity";
    if (coding !== "identity") throw new UnsupportedMediaType({ given: `coded as ${coding}`, expected: "identity" });
  }
}
