import { type Liquid, type Parser, type TagToken, type TopLevelToken, Value } from "liquidjs";

import { type Compiler, compileTag } from "../compiler/compiler.js";
import { compileOutput } from "../compiler/liquid-nodes.js";
import { CompiledTag } from "./compiled-tag.js";

/** `{% echo value | filter %}`: the same as `{{ value | filter }}`. LiquidJS's own takes what is safe for text. */
export class EchoTag extends CompiledTag {
  readonly #value: Value | undefined;

  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, remaining, liquid, parser);
    token.tokenizer.skipBlank();
    if (!token.tokenizer.end()) this.#value = new Value(token.tokenizer.readFilteredValue(), liquid);
  }

  [compileTag](compiler: Compiler): void {
    if (this.#value !== undefined) compileOutput(this.#value, compiler);
  }
}
