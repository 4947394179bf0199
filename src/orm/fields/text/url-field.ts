import { CharField, type CharOptions } from "./char-field.js";
import { refuse, show } from "../problem.js";

/** Options of `f.url`. */
export interface UrlOptions extends CharOptions {
  /** The schemes that are allowed. Default http, https, ftp and ftps. */
  readonly schemes?: readonly string[];
}

const defaultSchemes = ["http", "https", "ftp", "ftps"];

/** An absolute URL, at most 200 characters unless `maxLength` says otherwise. */
export class UrlField extends CharField {
  override readonly typeName = "url";
  readonly #schemes: readonly string[];

  constructor(options: UrlOptions = {}) {
    super({ maxLength: 200, ...options });
    this.#schemes = options.schemes ?? defaultSchemes;
  }

  override validate(value: string): void {
    super.validate(value);
    if (value !== "" && !this.#isUrl(value)) refuse("invalid", `is not a URL: ${show(value)}`);
  }

  #isUrl(text: string): boolean {
    // What `URL` would take away or mend in silence is no URL yet.
    const scheme = /^([a-z][a-z0-9+.-]*):\/\/[^\s]+$/i.exec(text)?.[1]?.toLowerCase();
    if (scheme === undefined || !this.#schemes.includes(scheme) || /[\s<>"\\^`{|}]/.test(text)) return false;
    return URL.canParse(text) && new URL(text).hostname !== "";
  }
}
