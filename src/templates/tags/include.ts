import { type Liquid, type Parser, type TagToken, type Token, type TopLevelToken } from "liquidjs";

import { type Compiler, compileTag } from "../compiler/compiler.js";
import { CompiledTag } from "./compiled-tag.js";
import {
  loadTemplate,
  type ReadArguments,
  readArguments,
  readTemplateName,
  readWord,
  scopeOf,
  type TemplateName,
} from "./read-arguments.js";

/**
 * `{% include "row.liquid" with item=item only %}`: another template with the names of this one (without, after
 * `only`). Liquid's forms are `{% include "row" with item %}`, which names the value like the template, and
 * `{% include "row", item: item %}`.
 */
export class IncludeTag extends CompiledTag {
  readonly #file: TemplateName;
  readonly #value: Token | undefined;
  readonly #arguments: ReadArguments;

  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, remaining, liquid, parser);
    const { tokenizer } = token;
    this.#file = readTemplateName(tokenizer, parser);
    const begin = tokenizer.p;
    if (readWord(tokenizer, "with")) {
      tokenizer.skipBlank();
      if (tokenizer.peek() === ":") tokenizer.p = begin;
      else {
        const before = tokenizer.p;
        const value = tokenizer.readValue();
        tokenizer.skipBlank();
        if (tokenizer.peek() === "=") tokenizer.p = before;
        else this.#value = value;
      }
    }
    this.#arguments = readArguments(tokenizer, ["only"]);
  }

  [compileTag](compiler: Compiler): void {
    if (this.#file === undefined) throw new Error("illegal file path");
    const { name, part } = loadTemplate(this.#file, compiler);
    const scope = scopeOf(this.#arguments.named, compiler);
    if (this.#value !== undefined) compiler.line(`${scope}[${name}] = ${compiler.token(this.#value)};`);
    const isAlone = this.#arguments.flags.has("only");
    compiler.needScope();
    const state = isAlone ? "s.isolated()" : "s";
    compiler.append(`yield* ${state}.include(${part}, ${JSON.stringify(compiler.html.key)}, ${scope})`);
    if (!isAlone) compiler.leaveIfAsked();
  }
}
