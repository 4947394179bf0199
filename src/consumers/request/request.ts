import {
  BadRequest,
  type HttpScope,
  type RequestHeaders,
  type RouteParams,
  type Schema,
  type SchemaOutput,
  UnsupportedMediaType,
  validate,
} from "../../core/index.js";
import type { RequestBody } from "./request-body.js";
import type { ConsumerServices } from "../services.js";

/** An HTTP request: what its scope says, and its body, read once and kept. */
export class HttpRequest<Params = RouteParams> {
  readonly scope: HttpScope;
  readonly #body: RequestBody;
  readonly #services: ConsumerServices;
  #query: URLSearchParams | undefined;

  constructor(scope: HttpScope, body: RequestBody, services: ConsumerServices) {
    this.scope = scope;
    this.#body = body;
    this.#services = services;
  }

  get method(): string {
    return this.scope.method;
  }

  get path(): string {
    return this.scope.path;
  }

  get headers(): RequestHeaders {
    return this.scope.headers;
  }

  get params(): Params {
    return this.scope.params as Params;
  }

  get query(): URLSearchParams {
    return (this.#query ??= new URLSearchParams(this.scope.queryString));
  }

  /** The media type of the body in lower case, without parameters; empty when the client did not say. */
  get contentType(): string {
    return (this.headers.get("content-type") ?? "").split(";", 1)[0]?.trim().toLowerCase() ?? "";
  }

  /** The whole body. Rejects with `BodyTooLarge` beyond the limit, `ClientGone` when the client went away. */
  bytes(): Promise<Uint8Array> {
    return this.#body.read(this.#services.maxBodyBytes);
  }

  /** The body as UTF-8. Rejects also with `BadRequest` when it is not. */
  async text(): Promise<string> {
    const bytes = await this.bytes();
    try {
      return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    } catch (cause) {
      throw new BadRequest({ detail: "The body is not valid UTF-8." }, { cause });
    }
  }

  /** The body as JSON, checked by `schema` where one is given. Rejects also with `UnsupportedMediaType`, `ValidationFailed`. */
  json(): Promise<unknown>;
  json<S extends Schema>(schema: S): Promise<SchemaOutput<S>>;
  async json(schema?: Schema): Promise<unknown> {
    if (!/^application\/(?:[\w.+-]+\+)?json$/.test(this.contentType)) this.#refuseType("application/json");
    const text = await this.text();
    let value: unknown;
    try {
      value = JSON.parse(text);
    } catch (cause) {
      throw new BadRequest({ detail: "The body is not valid JSON." }, { cause });
    }
    return schema === undefined ? value : validate(schema, value, "The body");
  }

  /** The body of an HTML form that uploads no files. Rejects also with `UnsupportedMediaType`. */
  async form(): Promise<URLSearchParams> {
    const expected = "application/x-www-form-urlencoded";
    if (this.contentType !== expected) this.#refuseType(expected);
    return new URLSearchParams(await this.text());
  }

  /** What templates see as `request`: plain values, for they reach no getters. */
  forTemplates(): { readonly method: string; readonly path: string; readonly params: object; readonly query: object } {
    const { method, path, scope, query } = this;
    return { method, path, params: scope.params, query: Object.fromEntries(query) };
  }

  #refuseType(expected: string): never {
    throw new UnsupportedMediaType({ given: this.contentType || "of no stated type", expected });
  }
}
