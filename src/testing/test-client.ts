import type { Application } from "../core/index.js";
import { type ClientRequest, encodeBody } from "./client-request.js";
import { CookieJar } from "./cookie-jar.js";
import { SignInUnknown, TooManyRedirects } from "./errors.js";
import { HttpCommunicator, type TestResponse } from "./http-communicator.js";
import { patienceMs } from "./patience.js";
import { type TestHandshake, WebSocketCommunicator } from "./websocket-communicator.js";

/** How a client of a test works. */
export interface TestClientOptions<User = unknown> {
  /** Where the site seems to be. Default `http://localhost`; with `https:` requests seem to come over TLS. */
  readonly baseUrl?: string;
  /** Sent with each request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Whether redirects are followed. Default false. */
  readonly follow?: boolean;
  /** What middleware would leave in the `state` of each scope. */
  readonly state?: Readonly<Record<string, unknown>>;
  /** The address that requests seem to come from. Default `127.0.0.1`. */
  readonly address?: string;
  /** Signs a user in, in whatever way the site knows: sets a cookie or a header, or sends a form. */
  readonly signIn?: (client: TestClient<User>, user: User) => void | Promise<void>;
  /** The opposite. Default: the cookies are forgotten. */
  readonly signOut?: (client: TestClient<User>) => void | Promise<void>;
}

/** A response, and how the client got there. */
export interface ClientResponse extends TestResponse {
  /** The page that it is of, when redirects were followed. */
  readonly url: string;
  /** The redirects that were followed, first to last. */
  readonly redirects: readonly { readonly status: number; readonly url: string }[];
  /** Where a redirect leads, as it stands in the response. */
  readonly location: string | undefined;
}

const maxRedirects = 20;
const safeMethods = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/**
 * A browser without a screen, for tests: asks an application for pages, without a server, and keeps the cookies.
 *
 * ```ts
 * const client = new TestClient(application, { follow: true });
 * const page = await client.post("/rooms/", { form: { title: "Lobby" } });
 * expect(page.url).toBe("http://localhost/rooms/lobby/");
 * ```
 */
export class TestClient<User = unknown> {
  readonly cookies = new CookieJar();
  /** Sent with each request; may be changed. */
  readonly headers: Record<string, string>;
  readonly #application: Application;
  readonly #options: TestClientOptions<User>;
  readonly #base: URL;

  constructor(application: Application, options: TestClientOptions<User> = {}) {
    this.#application = application;
    this.#options = options;
    this.#base = new URL(options.baseUrl ?? "http://localhost");
    this.headers = { ...options.headers };
  }

  get(path: string, request?: ClientRequest): Promise<ClientResponse> {
    return this.request("GET", path, request);
  }

  head(path: string, request?: ClientRequest): Promise<ClientResponse> {
    return this.request("HEAD", path, request);
  }

  options(path: string, request?: ClientRequest): Promise<ClientResponse> {
    return this.request("OPTIONS", path, request);
  }

  post(path: string, request?: ClientRequest): Promise<ClientResponse> {
    return this.request("POST", path, request);
  }

  put(path: string, request?: ClientRequest): Promise<ClientResponse> {
    return this.request("PUT", path, request);
  }

  patch(path: string, request?: ClientRequest): Promise<ClientResponse> {
    return this.request("PATCH", path, request);
  }

  delete(path: string, request?: ClientRequest): Promise<ClientResponse> {
    return this.request("DELETE", path, request);
  }

  /** Any request. Rejects with what the application throws, `NothingReceived` and `TooManyRedirects`. */
  async request(method: string, path: string, request: ClientRequest = {}): Promise<ClientResponse> {
    const { follow = this.#options.follow ?? false } = request;
    const url = this.#urlOf(path, request);
    const redirects: { status: number; url: string }[] = [];
    const { body, type } = await encodeBody(request);
    let next = { method: method.toUpperCase(), url, body, type };
    for (;;) {
      const response = await this.#ask(next, request);
      const location = response.header("location");
      const isRedirect = [301, 302, 303, 307, 308].includes(response.status) && location !== undefined;
      if (!isRedirect || !follow) return { ...response, url: next.url.href, redirects, location };
      const target = new URL(location, next.url);
      redirects.push({ status: response.status, url: target.href });
      if (redirects.length > maxRedirects) throw new TooManyRedirects({ chain: redirects.map((step) => step.url) });
      next = redirected(next, response.status, target);
    }
  }

  /** A socket of the same visitor: with the client's cookies and headers. `connect` it. */
  websocket(path: string, handshake: TestHandshake = {}): WebSocketCommunicator {
    const url = this.#urlOf(path, {});
    const { address, state } = this.#options;
    const given = Object.fromEntries(handshake.headers === undefined ? [] : Object.entries(handshake.headers));
    return new WebSocketCommunicator(this.#application, url.pathname + url.search, {
      isSecure: url.protocol === "https:",
      ...(address !== undefined && { client: { host: address, port: 50_000 } }),
      ...(state !== undefined && { state }),
      ...handshake,
      headers: { ...this.#headersFor(url), origin: url.origin, ...given },
    });
  }

  /** Signs a user in. Rejects with `SignInUnknown` where nobody said how. */
  async signIn(user: User): Promise<void> {
    const { signIn } = this.#options;
    if (signIn === undefined) throw new SignInUnknown();
    await signIn(this, user);
  }

  async signOut(): Promise<void> {
    const { signOut } = this.#options;
    if (signOut === undefined) this.cookies.clear();
    else await signOut(this);
  }

  async #ask(next: Step, { headers, timeoutMs = patienceMs() }: ClientRequest): Promise<TestResponse> {
    const { method, url, body, type } = next;
    const { address, state } = this.#options;
    const response = await new HttpCommunicator(this.#application, method, url.pathname + url.search, {
      body,
      isSecure: url.protocol === "https:",
      ...(address !== undefined && { client: { host: address, port: 50_000 } }),
      ...(state !== undefined && { state }),
      headers: {
        ...this.#headersFor(url),
        // What a browser says of a page of the same site.
        ...(!safeMethods.has(method) && { origin: url.origin }),
        ...(type !== undefined && { "content-type": type }),
        ...(body.length > 0 && { "content-length": String(Buffer.byteLength(body)) }),
        ...lowerCased(this.headers),
        ...lowerCased(headers ?? {}),
      },
    }).response(timeoutMs);
    const set = response.headers.filter(([name]) => name.toLowerCase() === "set-cookie").map(([, value]) => value);
    this.cookies.keep(set, url);
    return response;
  }

  #headersFor(url: URL): Record<string, string> {
    const cookie = this.cookies.headerFor(url);
    return { host: url.host, ...(cookie !== undefined && { cookie }) };
  }

  #urlOf(path: string, { query = {} }: ClientRequest): URL {
    const url = new URL(path, this.#base);
    for (const [name, given] of Object.entries(query)) {
      for (const value of Array.isArray(given) ? (given as readonly string[]) : [String(given)]) {
        url.searchParams.append(name, value);
      }
    }
    return url;
  }
}

interface Step {
  readonly method: string;
  readonly url: URL;
  readonly body: string | Uint8Array;
  readonly type: string | undefined;
}

/** RFC 9110 §15.4: 307 and 308 repeat the request, the others become a GET, as browsers have it. */
function redirected(step: Step, status: number, url: URL): Step {
  if (status === 307 || status === 308) return { ...step, url };
  const method = step.method === "HEAD" ? "HEAD" : "GET";
  return { method, url, body: "", type: undefined };
}

function lowerCased(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}
