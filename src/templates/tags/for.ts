import { type Liquid, type Parser, type TagToken, type Template, type Token, type TopLevelToken } from "liquidjs";

import type { Atom } from "../compiler/code-writer.js";
import { type Compiler, compileTag, type FilterUse } from "../compiler/compiler.js";
import { CompiledTag } from "./compiled-tag.js";
import { readArguments, type ReadArguments, readBody } from "./read-arguments.js";

/**
 * `{% for item in list limit: 3 offset: 1 reversed %}…{% else %}…{% endfor %}`; `{% empty %}` is Django's word for
 * `{% else %}`, and `{% for key, value in pairs %}` takes each item apart.
 */
export class ForTag extends CompiledTag {
  readonly templates: Template[];
  readonly elseTemplates: Template[];
  readonly #variables: string[] = [];
  readonly #collection: Token;
  readonly #filters: readonly FilterUse[];
  readonly #options: ReadArguments;

  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, remaining, liquid, parser);
    const { tokenizer } = token;
    for (;;) {
      const { content } = tokenizer.readIdentifier();
      tokenizer.assert(content !== "", `illegal tag: ${token.getText()}`);
      this.#variables.push(content);
      tokenizer.skipBlank();
      if (tokenizer.peek() !== ",") break;
      tokenizer.p += 1;
    }
    const isRight = tokenizer.readIdentifier().content === "in";
    const collection = tokenizer.readValue();
    if (!isRight || collection === undefined) throw new Error(`illegal tag: ${token.getText()}`);
    this.#collection = collection;
    tokenizer.skipBlank();
    this.#filters = tokenizer.peek() === "|" ? tokenizer.readFilters() : [];
    this.#options = readArguments(tokenizer, ["reversed"]);
    const body = readBody(token, remaining, parser, ["else", "empty"]);
    this.templates = body.templates;
    this.elseTemplates = body.otherwise;
  }

  [compileTag](compiler: Compiler): void {
    const list = compiler.set(compiler.value({ initial: { postfix: [this.#collection] }, filters: this.#filters }));
    compiler.line(
      `${list} = isAsyncIterable(${list}) && !Array.isArray(${list}) ? yield* enumerateSlowly(${list}) : enumerate(${list});`,
    );
    compiler.ways([
      () => {
        compiler.line(`if (${list}.length === 0) {`);
        compiler.nodes(this.elseTemplates);
        compiler.line("} else {");
      },
      () => {
        const part = this.#portion(list, compiler);
        const label = `${this.#variables[0] ?? ""}-${this.#collection.getText()}`;
        compiler.loop(part, this.#variables, label, () => compiler.nodes(this.templates));
        compiler.line("}");
      },
    ]);
  }

  #portion(list: Atom, compiler: Compiler): Atom {
    const { named, flags } = this.#options;
    const { offset, limit } = named;
    const key = JSON.stringify(`continue-${this.#variables[0] ?? ""}-${this.#collection.getText()}`);
    if (offset === undefined && limit === undefined && flags.size === 0) {
      compiler.line(`s.registers[${key}] = ${list}.length;`);
      return list;
    }
    const continues = offset?.getText() === "continue";
    const begin = continues ? compiler.set(`s.registers[${key}] || 0`) : compiler.token(offset);
    const part = compiler.set(`portion(${list}, ${begin}, ${compiler.token(limit)}, ${flags.has("reversed")})`);
    compiler.line(`s.registers[${key}] = (${begin} || 0) + ${part}.length;`);
    return part;
  }
}
