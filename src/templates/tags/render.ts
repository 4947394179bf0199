import { type Liquid, type Parser, type TagToken, type Token, type TopLevelToken } from "liquidjs";

import { type Compiler, compileTag } from "../compiler/compiler.js";
import { CompiledTag } from "./compiled-tag.js";
import {
  loadTemplate,
  type ReadArguments,
  readArguments,
  readTemplateName,
  scopeOf,
  type TemplateName,
} from "./read-arguments.js";

interface Binding {
  readonly value: Token;
  readonly alias: string | undefined;
}

/** `{% render "row.liquid" for list as item, shown: true %}`: another template, which knows nothing of this one. */
export class RenderTag extends CompiledTag {
  readonly #file: TemplateName;
  #with: Binding | undefined;
  #for: Binding | undefined;
  readonly #arguments: ReadArguments;

  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, remaining, liquid, parser);
    const { tokenizer } = token;
    this.#file = readTemplateName(tokenizer, parser);
    for (;;) {
      tokenizer.skipBlank();
      const begin = tokenizer.p;
      const word = tokenizer.readIdentifier().content;
      tokenizer.skipBlank();
      const value = (word === "with" || word === "for") && tokenizer.peek() !== ":" ? tokenizer.readValue() : undefined;
      if (value === undefined) {
        tokenizer.p = begin;
        break;
      }
      const before = tokenizer.p;
      let alias: string | undefined;
      if (tokenizer.readIdentifier().content === "as") alias = tokenizer.readIdentifier().content;
      else tokenizer.p = before;
      if (word === "with") this.#with = { value, alias };
      else this.#for = { value, alias };
      tokenizer.skipBlank();
      if (tokenizer.peek() === ",") tokenizer.p += 1;
    }
    this.#arguments = readArguments(tokenizer);
  }

  [compileTag](compiler: Compiler): void {
    if (this.#file === undefined) throw new Error("illegal file path");
    const { name, part } = loadTemplate(this.#file, compiler);
    const named = scopeOf(this.#arguments.named, compiler);
    const withValue = this.#with === undefined ? undefined : compiler.token(this.#with.value);
    const list = this.#for === undefined ? undefined : compiler.set(`enumerate(${compiler.token(this.#for.value)})`);
    const state = compiler.set("s.isolated()");
    const scope = compiler.set(`Object.assign(${state}.frames[0], ${named})`);
    if (withValue !== undefined) compiler.line(`${scope}[${aliasCode(this.#with, name)}] = ${withValue};`);
    const put = `yield* ${state}.put(${part}, ${JSON.stringify(compiler.html.key)})`;
    if (list === undefined || this.#for === undefined) return compiler.append(put);
    const index = compiler.name("i");
    const label = `${this.#for.alias ?? ""}-${this.#for.value.getText()}`;
    compiler.line(`${scope}.forloop = new ForLoop(${list}.length, ${JSON.stringify(label)}, undefined);`);
    compiler.line(`for (let ${index} = 0; ${index} < ${list}.length; ${index}++) {`);
    compiler.line(`${scope}[${aliasCode(this.#for, name)}] = ${list}[${index}]; ${scope}.forloop.i = ${index};`);
    compiler.append(put);
    compiler.line("}");
  }
}

function aliasCode(binding: Binding | undefined, name: string): string {
  return binding?.alias === undefined ? name : JSON.stringify(binding.alias);
}
