import { type Liquid, type Parser, type TagToken, type Template, type TopLevelToken, Value } from "liquidjs";

import { type Compiler, compileTag, type FilteredValue } from "../compiler/compiler.js";
import { CompiledTag } from "./compiled-tag.js";
import { readBody } from "./read-arguments.js";

/** `{% spaceless %}…{% endspaceless %}`: without blanks between tags. */
export class SpacelessTag extends CompiledTag {
  readonly templates: Template[];

  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, remaining, liquid, parser);
    this.templates = readBody(token, remaining, parser).templates;
  }

  [compileTag](compiler: Compiler): void {
    const text = compiler.gather(() => compiler.nodes(this.templates));
    compiler.append(`${text}.trim().replace(/>\\s+</g, "><")`);
    compiler.leaveIfAsked();
  }
}

/** `{% filter upcase | truncate: 20 %}…{% endfilter %}`: what filters make of the text in between. */
export class FilterTag extends CompiledTag {
  readonly templates: Template[];
  readonly #value: FilteredValue;

  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, remaining, liquid, parser);
    this.#value = new Value(`"" | ${token.args}`, liquid);
    this.templates = readBody(token, remaining, parser).templates;
  }

  [compileTag](compiler: Compiler): void {
    const gathered = compiler.gather(() => compiler.nodes(this.templates));
    const text = compiler.set(compiler.source.isText ? gathered : `safe(${gathered})`);
    compiler.at(this.token);
    const { filters } = this.#value;
    compiler.output(compiler.filtered(text, filters), filters.at(-1)?.name);
    compiler.leaveIfAsked();
  }
}

/** `{% ifchanged %}…{% else %}…{% endifchanged %}`: what stands in it, or the values given, differs from the last turn. */
export class IfChangedTag extends CompiledTag {
  readonly templates: Template[];
  readonly elseTemplates: Template[];
  readonly #values: FilteredValue[] = [];

  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, remaining, liquid, parser);
    const { tokenizer } = token;
    for (tokenizer.skipBlank(); !tokenizer.end(); tokenizer.skipBlank()) {
      this.#values.push({ initial: { postfix: [tokenizer.readValueOrThrow()] }, filters: [] });
    }
    const body = readBody(token, remaining, parser, ["else"]);
    this.templates = body.templates;
    this.elseTemplates = body.otherwise;
  }

  [compileTag](compiler: Compiler): void {
    const memory = compiler.set(`s.memoryOf(${compiler.loopObject()})`);
    const values = this.#values.map((value) => compiler.value(value));
    const text = values.length === 0 ? compiler.gather(() => compiler.nodes(this.templates), compiler.html) : undefined;
    const seen = compiler.set(text === undefined ? `[${values.join(", ")}]` : text);
    const key = compiler.constant(this);
    compiler.ways([
      () => {
        compiler.line(`if (!equals(${memory}.get(${key}), ${seen})) {`);
        compiler.line(`${memory}.set(${key}, ${seen});`);
        if (text === undefined) compiler.nodes(this.templates);
        else compiler.append(text);
        compiler.line("} else {");
      },
      () => {
        compiler.nodes(this.elseTemplates);
        compiler.line("}");
      },
    ]);
  }
}
