import { type Liquid, type Parser, type TagToken, type Template, type TopLevelToken } from "liquidjs";

import { type Compiler, compileTag } from "../compiler/compiler.js";
import { CompiledTag } from "./compiled-tag.js";
import { type ReadArguments, readArguments, readBody } from "./read-arguments.js";

/** `{% with total=order.total name="x" %}…{% endwith %}`, or Django's older `{% with order.total as total %}`. */
export class WithTag extends CompiledTag {
  readonly templates: Template[];
  readonly #arguments: ReadArguments;

  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, remaining, liquid, parser);
    this.#arguments = readArguments(token.tokenizer);
    const { positional, as } = this.#arguments;
    if (positional.length !== (as === undefined ? 0 : 1)) throw new Error("write {% with name=value %}");
    this.templates = readBody(token, remaining, parser).templates;
  }

  [compileTag](compiler: Compiler): void {
    const { named, positional, as } = this.#arguments;
    const given = Object.entries(named);
    const [value] = positional;
    if (as !== undefined && value !== undefined) given.push([as, value]);
    const names = Object.fromEntries(given.map(([name, token]) => [name, compiler.set(compiler.token(token))]));
    compiler.withNames(names, () => compiler.nodes(this.templates));
  }
}
