import {
  type Parser,
  type Template,
  type TagToken,
  type Token,
  type Tokenizer,
  type TopLevelToken,
  TypeGuards,
} from "liquidjs";

import type { Atom } from "../compiler/code-writer.js";
import type { Compiler } from "../compiler/compiler.js";
import { HtmlState } from "../compiler/html-state.js";

/** What stands after a tag's name: values, then `name=value` or `name: value`, then words such as `as`. */
export interface ReadArguments {
  readonly positional: readonly Token[];
  readonly named: Readonly<Record<string, Token>>;
  /** The name after `as`. */
  readonly as: string | undefined;
  /** Words without a value that were looked for. */
  readonly flags: ReadonlySet<string>;
}

/** The next word, if it is `word`; otherwise nothing has been read. */
export function readWord(tokenizer: Tokenizer, word: string): boolean {
  const before = tokenizer.p;
  if (tokenizer.readIdentifier().content === word) return true;
  tokenizer.p = before;
  return false;
}

/** Reads to the end of the tag. `flags` are words that stand alone there, such as `only`. */
export function readArguments(tokenizer: Tokenizer, flags: readonly string[] = []): ReadArguments {
  const positional: Token[] = [];
  const named: Record<string, Token> = {};
  const found = new Set<string>();
  let as: string | undefined;
  for (;;) {
    tokenizer.skipBlank();
    if (tokenizer.peek() === ",") tokenizer.p += 1;
    tokenizer.skipBlank();
    if (tokenizer.end()) break;
    const begin = tokenizer.p;
    const word = tokenizer.readIdentifier().content;
    tokenizer.skipBlank();
    if (word !== "" && isSeparator(tokenizer)) {
      tokenizer.p += 1;
      named[word] = tokenizer.readValueOrThrow();
      continue;
    }
    if (word === "as") {
      as = tokenizer.readIdentifier().content;
      tokenizer.assert(as !== "", "a name is missing after as");
      continue;
    }
    if (flags.includes(word)) {
      found.add(word);
      continue;
    }
    tokenizer.p = begin;
    positional.push(tokenizer.readValueOrThrow());
  }
  return { positional, named, as, flags: found };
}

function isSeparator(tokenizer: Tokenizer): boolean {
  const [character, next] = [tokenizer.peek(), tokenizer.peek(1)];
  return character === ":" || (character === "=" && next !== "=");
}

/** For tags after which nothing can stand, such as `else`. */
export function refuseArguments({ args }: TagToken): void {
  if (args.trim() !== "") throw new Error(`unexpected ${JSON.stringify(args)}`);
}

/** What stands up to the end of a tag, and after `{% else %}`. */
export interface Body {
  readonly templates: Template[];
  readonly otherwise: Template[];
}

/** Reads what stands between `token` and its end. `others`: tags after which the other part begins. */
export function readBody(
  token: TagToken,
  remaining: TopLevelToken[],
  parser: Parser,
  others: readonly string[] = [],
): Body {
  const body: Body = { templates: [], otherwise: [] };
  let part = body.templates;
  const stream = parser.parseStream(remaining);
  for (const name of others) {
    stream.on(`tag:${name}`, (other) => {
      refuseArguments(other as TagToken);
      part = body.otherwise;
    });
  }
  stream
    .on(`tag:end${token.name}`, (end) => {
      if (token.name === "for") refuseArguments(end as TagToken);
      stream.stop();
    })
    .on("template", (template) => void part.push(template as Template))
    .on("end", () => {
      throw new Error(`tag ${token.getText()} not closed`);
    })
    .start();
  return body;
}

/** The name of another template: known when this one is read, or made while it is rendered; `undefined` for `none`. */
export type TemplateName = string | Token | readonly Template[] | undefined;

export function readTemplateName(tokenizer: Tokenizer, parser: Parser): TemplateName {
  const value = tokenizer.readValueOrThrow();
  if (value.getText() === "none") return undefined;
  if (!TypeGuards.isQuotedToken(value)) return value;
  if (!value.content.includes("{{") && !value.content.includes("{%")) return value.content;
  return parser.parse(value.content);
}

/** The template of that name, ready to be put out. */
export function loadTemplate(name: Exclude<TemplateName, undefined>, compiler: Compiler): { name: Atom; part: Atom } {
  const code = nameCode(name, compiler);
  const part = compiler.set(`s.loader.load(plainText(${code}), ${compiler.constant(compiler.source)})`);
  compiler.line(`if (isThenable(${part})) ${part} = yield ${part};`);
  return { name: code, part };
}

function nameCode(name: Exclude<TemplateName, undefined>, compiler: Compiler): Atom {
  if (typeof name === "string") return JSON.stringify(name);
  if (Array.isArray(name)) return compiler.gather(() => compiler.nodes(name as Template[]), HtmlState.plain);
  return compiler.token(name as Token);
}

/** A scope with what `named` says, in a variable. */
export function scopeOf(named: Readonly<Record<string, Token>>, compiler: Compiler): Atom {
  const values = Object.entries(named).map(([name, token]) => [name, compiler.token(token)] as const);
  const scope = compiler.set("scope()");
  for (const [name, code] of values) compiler.line(`${scope}[${JSON.stringify(name)}] = ${code};`);
  return scope;
}
