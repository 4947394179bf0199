/**
 * Where in HTML a piece of a template stands, as far as it matters for what may be put out there. Worked out from the
 * text of the template once, when it is compiled: at run time it costs nothing.
 */
export type HtmlKind =
  /** Not HTML at all: mails. */
  | "plain"
  /** Between tags, also in `<title>` and `<textarea>`. */
  | "text"
  | "comment"
  /** In `<script>`, and in `<style>`. */
  | "script"
  | "style"
  /** Within a tag: its name; where an attribute can begin; in the name of one; after it; before its value; in it. */
  | "tagName"
  | "tag"
  | "attributeName"
  | "afterName"
  | "beforeValue"
  | "value";

/** How far the URL in an attribute is: its scheme may still come, or what follows cannot make it another scheme. */
type UrlPart = "scheme" | "rest";

/** In what kind of text of a script an output stands. */
type Quote = "" | '"' | "'" | "`" | "//" | "/*";

/** See `HtmlKind`. Never changed: `after` gives another. */
export class HtmlState {
  static readonly #known = new Map<string, HtmlState>();
  static readonly text = new HtmlState("text");
  static readonly plain = new HtmlState("plain");

  readonly kind: HtmlKind;
  /** The element whose tag, or whose text, it is. */
  readonly element: string;
  readonly isClosing: boolean;
  readonly attribute: string;
  /** What the value of the attribute began with: a quote, or nothing. */
  readonly quote: string;
  readonly url: UrlPart;
  readonly scriptQuote: Quote;
  readonly key: string;

  constructor(kind: HtmlKind, given: Partial<Omit<HtmlState, "kind" | "key">> = {}) {
    this.kind = kind;
    this.element = given.element ?? "";
    this.isClosing = given.isClosing ?? false;
    this.attribute = given.attribute ?? "";
    this.quote = given.quote ?? "";
    this.url = given.url ?? "rest";
    this.scriptQuote = given.scriptQuote ?? "";
    this.key = [kind, this.element, this.isClosing, this.attribute, this.quote, this.url, this.scriptQuote].join(" ");
    if (kind === "text" && this.element === "") this.key = "text";
    if (kind === "plain") this.key = "plain";
    if (!HtmlState.#known.has(this.key)) HtmlState.#known.set(this.key, this);
  }

  /** The state whose `key` this is. */
  static of(key: string): HtmlState {
    return HtmlState.#known.get(key) ?? HtmlState.text;
  }

  with(given: Partial<Omit<HtmlState, "key">>): HtmlState {
    const { kind, element, isClosing, attribute, quote, url, scriptQuote } = this;
    return new HtmlState(given.kind ?? kind, { element, isClosing, attribute, quote, url, scriptQuote, ...given });
  }

  /** Where `text`, which stands in the template, leads. */
  after(text: string): HtmlState {
    if (this.kind === "plain") return this;
    return walk(this, text);
  }

  /** Where an output leads that stands here. */
  afterOutput(): HtmlState {
    if (this.kind === "tag" || this.kind === "attributeName" || this.kind === "afterName") {
      return this.with({ kind: "attributeName", attribute: "?" });
    }
    if (this.kind === "beforeValue")
      return this.with({ kind: "value", quote: "", url: isUrl(this) ? "scheme" : "rest" });
    return this;
  }

  /** The state after two ways that meet; `undefined` where they lead to places that have nothing in common. */
  join(other: HtmlState): HtmlState | undefined {
    if (this.key === other.key) return this;
    if (this.kind === "value" && other.kind === "value" && this.quote === other.quote) {
      if (this.attribute === other.attribute) return this.with({ url: "scheme" });
      return undefined;
    }
    if (this.kind === "tagName" && other.kind === "tagName") return this.with({ element: "?" });
    // Before and after an attribute is all the same: `<p{% if a %} class="a"{% endif %}>`.
    if (betweenAttributes.has(this.kind) && betweenAttributes.has(other.kind)) {
      return (this.kind === "tagName" ? this : other).with({ kind: "tag", attribute: "", quote: "" });
    }
    // A value without quotes that may be there, or not: `<p {% if a %}id={{ a }}{% endif %}>`.
    if (isOpenEnded(this) && isOpenEnded(other)) return isValue(this) ? this : other;
    if (this.kind === other.kind && this.element === other.element) return this.with({ scriptQuote: "" });
    return undefined;
  }

  /** In words, for errors. */
  describe(): string {
    if (this.kind === "value") return `in the attribute ${this.attribute} of <${this.element}>`;
    return places[this.kind] ?? `within the tag <${this.element}>`;
  }
}

const places: Partial<Readonly<Record<HtmlKind, string>>> = {
  comment: "in a comment",
  plain: "in plain text",
  script: "in a script",
  style: "in a style sheet",
  text: "between tags",
};

function walk(from: HtmlState, text: string): HtmlState {
  let state = from;
  let at = 0;
  while (at < text.length) [state, at] = step(state, text, at);
  return state;
}

const betweenAttributes: ReadonlySet<HtmlKind> = new Set(["tagName", "tag", "attributeName", "afterName"]);

function isValue({ kind }: HtmlState): boolean {
  return kind === "value";
}

function isOpenEnded(state: HtmlState): boolean {
  return betweenAttributes.has(state.kind) || (state.kind === "value" && state.quote === "");
}

const urlAttributes = new Set([
  "action",
  "background",
  "cite",
  "codebase",
  "data",
  "formaction",
  "href",
  "manifest",
  "poster",
  "profile",
  "src",
  "usemap",
  "xlink:href",
  "xml:base",
]);

/** Whether what stands in the attribute is the address of something. */
export function isUrl({ element, attribute }: Pick<HtmlState, "element" | "attribute">): boolean {
  if (attribute === "data") return element === "object";
  return urlAttributes.has(attribute);
}

function step(state: HtmlState, text: string, at: number): [HtmlState, number] {
  if (state.kind === "text") return stepText(state, text, at);
  if (state.kind === "script" || state.kind === "style") return stepRawText(state, text, at);
  if (state.kind === "value") return stepValue(state, text, at);
  if (state.kind !== "comment") return stepTag(state, text, at);
  const end = text.indexOf("-->", at);
  return end === -1 ? [state, text.length] : [HtmlState.text, end + 3];
}

function stepText(state: HtmlState, text: string, at: number): [HtmlState, number] {
  const begin = text.indexOf("<", at);
  if (begin === -1) return [state, text.length];
  if (text.startsWith("<!--", begin)) return [new HtmlState("comment"), begin + 4];
  const isClosing = text[begin + 1] === "/";
  const nameAt = begin + (isClosing ? 2 : 1);
  const first = text[nameAt];
  if (first === undefined) return [new HtmlState("tagName", { isClosing }), text.length];
  if (first === "!") return [new HtmlState("tag", { element: "!" }), nameAt + 1];
  if (!/[a-z]/i.test(first)) return [state, begin + 1];
  return [new HtmlState("tagName", { isClosing }), nameAt];
}

function stepTag(state: HtmlState, text: string, at: number): [HtmlState, number] {
  const character = text[at] as string;
  if (character === ">") return [afterTag(state), at + 1];
  if (state.kind === "beforeValue") return stepBeforeValue(state, character, at);
  const isSpace = /[\s/]/.test(character);
  if (state.kind === "tagName") {
    if (isSpace) return [state.with({ kind: "tag" }), at + 1];
    return [state.with({ element: state.element + character.toLowerCase() }), at + 1];
  }
  if (character === "=" && state.kind !== "tag") return [state.with({ kind: "beforeValue" }), at + 1];
  if (state.kind === "attributeName") {
    if (isSpace) return [state.with({ kind: "afterName" }), at + 1];
    return [state.with({ attribute: state.attribute + character.toLowerCase() }), at + 1];
  }
  if (isSpace) return [state, at + 1];
  return [state.with({ kind: "attributeName", attribute: character.toLowerCase() }), at + 1];
}

function stepBeforeValue(state: HtmlState, character: string, at: number): [HtmlState, number] {
  if (/\s/.test(character)) return [state, at + 1];
  const quote = /["']/.test(character) ? character : "";
  const url = isUrl(state) ? "scheme" : "rest";
  return [state.with({ kind: "value", quote, url, scriptQuote: "" }), at + quote.length];
}

function afterTag({ element, isClosing }: HtmlState): HtmlState {
  if (isClosing) return HtmlState.text;
  if (element === "script") return new HtmlState("script", { element });
  if (element === "style") return new HtmlState("style", { element });
  return HtmlState.text;
}

function stepValue(state: HtmlState, text: string, at: number): [HtmlState, number] {
  const character = text[at] as string;
  if (state.quote === "") {
    if (character === ">") return [afterTag(state), at + 1];
    if (/\s/.test(character)) return [state.with({ kind: "tag", attribute: "" }), at + 1];
  } else if (character === state.quote) return [state.with({ kind: "tag", attribute: "", quote: "" }), at + 1];
  if (isHandler(state)) return stepScriptText(state, text, at);
  if (state.url === "scheme" && /[:/?#]/.test(character)) return [state.with({ url: "rest" }), at + 1];
  return [state, at + 1];
}

/** Whether the attribute holds a script: `onclick`. */
export function isHandler({ attribute }: Pick<HtmlState, "attribute">): boolean {
  return attribute.startsWith("on");
}

function stepRawText(state: HtmlState, text: string, at: number): [HtmlState, number] {
  const end = `</${state.element}`;
  if (text[at] === "<" && text.slice(at, at + end.length).toLowerCase() === end) {
    return [new HtmlState("tagName", { isClosing: true, element: state.element }), at + end.length];
  }
  return state.kind === "script" ? stepScriptText(state, text, at) : [state, at + 1];
}

/** Follows the quotes and comments of a script, as far as that goes without knowing its grammar. */
function stepScriptText(state: HtmlState, text: string, at: number): [HtmlState, number] {
  const character = text[at] as string;
  const pair = text.slice(at, at + 2);
  const { scriptQuote } = state;
  if (scriptQuote === "") {
    if (pair === "//" || pair === "/*") return [state.with({ scriptQuote: pair }), at + 2];
    if (character === '"' || character === "'" || character === "`")
      return [state.with({ scriptQuote: character }), at + 1];
    return [state, at + 1];
  }
  if (scriptQuote === "//") return [character === "\n" ? state.with({ scriptQuote: "" }) : state, at + 1];
  if (scriptQuote === "/*") return pair === "*/" ? [state.with({ scriptQuote: "" }), at + 2] : [state, at + 1];
  if (character === "\\") return [state, at + 2];
  const isOver = character === scriptQuote || (character === "\n" && scriptQuote !== "`");
  return [isOver ? state.with({ scriptQuote: "" }) : state, at + 1];
}
