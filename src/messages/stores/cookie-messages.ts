import { BadSignature, type HeaderLine, type HttpScope, signer } from "../../core/index.js";
import { parseCookies, serializeCookie } from "../../protocol/index.js";
import type { KeptMessage } from "../flash-message.js";
import type { MessageStore } from "../message-store.js";

/** Options of `cookieMessages`. */
export interface CookieMessagesOptions {
  /** The name of the cookie. Default `messages`. */
  readonly name?: string;
  /** How long the cookie may be, in bytes. Default 2,048 (Django's): all cookies of a site share one header. */
  readonly maxBytes?: number;
}

/** Keeps messages in a cookie, signed with the project's key. The visitor can read them and not change them. */
export function cookieMessages({ name = "messages", maxBytes = 2048 }: CookieMessagesOptions = {}): MessageStore {
  return new CookieMessages(name, maxBytes);
}

class CookieMessages implements MessageStore {
  readonly #name: string;
  readonly #maxBytes: number;

  constructor(name: string, maxBytes: number) {
    this.#name = name;
    this.#maxBytes = maxBytes;
  }

  async load(scope: HttpScope): Promise<unknown> {
    const cookie = this.#read(scope);
    if (cookie === undefined) return [];
    try {
      return signer(salt).unsignObject(cookie);
    } catch (thrown) {
      if (thrown instanceof BadSignature) return [];
      throw thrown;
    }
  }

  #read(scope: HttpScope): string | undefined {
    if (!scope.headers.has("cookie")) return undefined;
    return parseCookies(scope.headers.getAll("cookie").join("; ")).get(this.#name);
  }

  async keep(
    scope: HttpScope,
    messages: readonly KeptMessage[],
    headers: HeaderLine[],
  ): Promise<readonly KeptMessage[]> {
    let count = messages.length;
    let value = "";
    for (; count > 0; count--) {
      value = signer(salt).signObject(messages.slice(0, count), { compress: true });
      if (value.length <= this.#maxBytes) break;
    }
    if (count > 0) headers.push(this.#header(scope, value));
    else if (this.#read(scope) !== undefined) headers.push(this.#header(scope, undefined));
    return messages.slice(count);
  }

  #header(scope: HttpScope, value: string | undefined): HeaderLine {
    const secure = scope.scheme === "https";
    const options = { httpOnly: true, path: "/", sameSite: "lax", secure } as const;
    return [
      "set-cookie",
      serializeCookie(this.#name, value ?? "", { ...options, ...(value === undefined && { maxAgeS: 0 }) }),
    ];
  }
}

const salt = "hotclub.messages";
