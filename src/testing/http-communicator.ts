import type { Application, Handler, HeaderLine } from "../core/index.js";
import type {
  HttpBody,
  HttpResponseBodyMessage,
  HttpResponseMessage,
  HttpResponseStartMessage,
} from "../protocol/index.js";
import { UnexpectedMessage } from "./errors.js";
import { patienceMs } from "./patience.js";
import { SentMessages } from "./sent-messages.js";
import { httpScope, type TestScopeOptions } from "./test-scope.js";

/** A request of a test. */
export interface TestRequest extends TestScopeOptions {
  /** A list is sent piece by piece, as a chunked body comes. */
  readonly body?: HttpBody | readonly HttpBody[];
}

/** A whole response, as a test looks at it. */
export interface TestResponse {
  readonly status: number;
  readonly headers: readonly HeaderLine[];
  /** The first value of a header, or `undefined`. */
  header(name: string): string | undefined;
  readonly bytes: Uint8Array;
  readonly text: string;
  json(): unknown;
}

/**
 * Gives one request to an application, without a server:
 *
 * ```ts
 * const response = await new HttpCommunicator(application, "GET", "/rooms/lobby/").response();
 * expect(response.status).toBe(200);
 * ```
 */
export class HttpCommunicator {
  readonly #application: Application;
  readonly #method: string;
  readonly #target: string;
  readonly #request: TestRequest;
  readonly #sent = new SentMessages();
  #handler: Handler | undefined;

  constructor(application: Application, method: string, target: string, request: TestRequest = {}) {
    this.#application = application;
    this.#method = method;
    this.#target = target;
    this.#request = request;
  }

  /** Sends the request, once, and gives the whole response. Rejects with what the application throws. */
  async response(timeoutMs = patienceMs()): Promise<TestResponse> {
    this.start();
    const first = await this.#sent.take("http.response or http.response.start", timeoutMs);
    const { status, headers = [] } = first as HttpResponseMessage | HttpResponseStartMessage;
    if (first.type === "http.response") return response(status, headers, [(first as HttpResponseMessage).body ?? ""]);
    if (first.type !== "http.response.start")
      throw new UnexpectedMessage({ expected: "http.response.start", got: first });
    const pieces: HttpBody[] = [];
    for (;;) {
      const { body = "", moreBody = false } = (await this.#sent.take(
        "http.response.body",
        timeoutMs,
      )) as HttpResponseBodyMessage;
      pieces.push(body);
      if (!moreBody) return response(status, headers, pieces);
    }
  }

  /** Sends the request without waiting for the response; `response` gives it later. */
  start(): void {
    if (this.#handler !== undefined) return;
    const { body = "" } = this.#request;
    const scope = httpScope(this.#method, this.#target, this.#request);
    try {
      this.#handler = this.#application(scope, (message) => this.#sent.add(message));
    } catch (thrown) {
      this.#handler = { handle() {} };
      this.#sent.fail(thrown);
    }
    const pieces: readonly HttpBody[] = Array.isArray(body) ? (body as readonly HttpBody[]) : [body as HttpBody];
    for (const [index, piece] of pieces.entries()) {
      const bytes = typeof piece === "string" ? Buffer.from(piece) : piece;
      this.#give({ type: "http.request", body: bytes, moreBody: index < pieces.length - 1 });
    }
  }

  /** The client goes away. */
  disconnect(): void {
    this.#give({ type: "http.disconnect" });
  }

  #give(message: { type: string; body?: Uint8Array; moreBody?: boolean }): void {
    try {
      this.#handler?.handle(message)?.catch((thrown: unknown) => this.#sent.fail(thrown));
    } catch (thrown) {
      this.#sent.fail(thrown);
    }
  }
}

function response(status: number, headers: readonly HeaderLine[], pieces: readonly HttpBody[]): TestResponse {
  const bytes = Buffer.concat(pieces.map((piece) => (typeof piece === "string" ? Buffer.from(piece) : piece)));
  return {
    status,
    headers,
    header: (name) => headers.find((line) => line[0].toLowerCase() === name.toLowerCase())?.[1],
    bytes,
    text: bytes.toString(),
    json: () => JSON.parse(bytes.toString()) as unknown,
  };
}
