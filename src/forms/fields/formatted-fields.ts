import type { ErrorMessages } from "../messages.js";
import type { Attributes } from "../widgets/attributes-html.js";
import { Input } from "../widgets/input.js";
import type { Widget } from "../widgets/widget.js";
import { CharField, type CharOptions } from "./char-field.js";
import { type ModelParsed, modelParser } from "./model-parsed.js";

function worded(invalid: string, options: CharOptions): { readonly errorMessages: ErrorMessages } {
  return { errorMessages: { invalid, ...options.errorMessages } };
}

/** A text that has the form of something, which a field of models knows. */
abstract class FormattedField<Value = string> extends CharField<Value> {
  abstract parsed(text: string): ModelParsed;

  protected override parse(raw: unknown): unknown {
    const text = this.text(raw);
    if (text === "") return text;
    const parsed = this.parsed(text);
    return "value" in parsed ? parsed.value : this.refuse("invalid", { value: text });
  }
}

const parseEmail = modelParser("email", { maxLength: 320 });

/** An e-mail address. Whether mail arrives there only sending some can tell. */
export class EmailField extends FormattedField {
  constructor(options: CharOptions = {}) {
    super({ maxLength: 254, ...options, ...worded("Enter an e-mail address, such as ada@example.org.", options) });
  }

  override parsed(text: string): ModelParsed {
    return parseEmail(text);
  }

  protected override defaultWidget(): Widget {
    return new Input("email");
  }
}

/** Options of `field.url`. */
export interface UrlOptions extends CharOptions {
  /** The schemes that are allowed. Default http, https, ftp and ftps. */
  readonly schemes?: readonly string[];
  /** The scheme of what is given without one. Default `https`. */
  readonly assumeScheme?: string;
}

/** An absolute URL; one without a scheme is given one. */
export class UrlField extends FormattedField {
  readonly #parse: (value: unknown) => ModelParsed;
  readonly #scheme: string;

  constructor(options: UrlOptions = {}) {
    super({ maxLength: 2048, ...options, ...worded("Enter a URL, such as https://example.org/.", options) });
    const { schemes, assumeScheme = "https" } = options;
    this.#scheme = assumeScheme;
    this.#parse = modelParser("url", { maxLength: 100_000, ...(schemes !== undefined && { schemes }) });
  }

  override parsed(text: string): ModelParsed {
    const hasScheme = /^[a-z][a-z0-9+.-]*:/i.test(text) && !/^[^/]*:\d+(?:[/?#]|$)/.test(text);
    return this.#parse(hasScheme ? text : `${this.#scheme}://${text.replace(/^\/+/, "")}`);
  }

  protected override defaultWidget(): Widget {
    return new Input("url");
  }
}

/** Options of `field.slug`. */
export interface SlugOptions extends CharOptions {
  /** Allow letters and digits of all scripts. Default false: ASCII only. */
  readonly allowUnicode?: boolean;
}

/** A part of a URL: letters, digits, `-` and `_`. */
export class SlugField extends FormattedField {
  readonly #parse: (value: unknown) => ModelParsed;

  constructor(options: SlugOptions = {}) {
    super({ ...options, ...worded("Use letters, digits, hyphens and underscores only.", options) });
    this.#parse = modelParser("slug", { maxLength: 100_000, allowUnicode: options.allowUnicode === true });
  }

  override parsed(text: string): ModelParsed {
    return this.#parse(text);
  }

  protected override attributes(): Attributes {
    return { ...super.attributes(), autocapitalize: "none", spellcheck: "false" };
  }
}

/** Options of `field.ipAddress`. */
export interface IpAddressOptions extends CharOptions {
  /** Which addresses are allowed. Default both. */
  readonly protocol?: "both" | "IPv4" | "IPv6";
  /** Keep `::ffff:192.0.2.1` as `192.0.2.1`. Default false. */
  readonly unpackIpv4?: boolean;
}

/** An address of IPv4 or IPv6, in its shortest form. */
export class IpAddressField extends FormattedField {
  readonly #parse: (value: unknown) => ModelParsed;

  constructor(options: IpAddressOptions = {}) {
    const { protocol = "both", unpackIpv4 = false } = options;
    const kind = protocol === "both" ? "IP" : protocol;
    super({ ...options, ...worded(`Enter an ${kind} address.`, options) });
    this.#parse = modelParser("ipAddress", { protocol, unpackIpv4 });
  }

  override parsed(text: string): ModelParsed {
    return this.#parse(text);
  }
}

const parseUuid = modelParser("uuid");

/** A UUID. Where nothing is given, null. */
export class UuidField<Value = string> extends FormattedField<Value> {
  constructor(options: CharOptions = {}) {
    super({ ...options, ...worded("Enter a UUID.", options) });
  }

  override parsed(text: string): ModelParsed {
    return parseUuid(text.replace(/^urn:uuid:/i, "").replace(/^\{(.*)\}$/, "$1"));
  }

  protected override get emptyValue(): unknown {
    return null;
  }
}

/** Options of `field.regex`. */
export interface RegexOptions extends CharOptions {
  /** The whole of a text must match it where it begins with `^` and ends with `$`; otherwise any part of it. */
  readonly pattern: RegExp;
}

/** A text that matches a pattern. */
export class RegexField extends CharField {
  readonly #pattern: RegExp;

  constructor(options: RegexOptions) {
    super({ strip: false, ...options });
    // Patterns with these flags remember where they were.
    this.#pattern = new RegExp(options.pattern.source, options.pattern.flags.replaceAll(/[gy]/g, ""));
  }

  protected override parse(raw: unknown): unknown {
    const text = this.text(raw);
    if (text !== "" && !this.#pattern.test(text)) this.refuse("invalid", { value: text });
    return text;
  }
}
