import { type Context, type Emitter, type Liquid, type Parser, Tag, type TagToken, type TopLevelToken } from "liquidjs";

import { type Compilable, type Compiler, compileTag } from "../compiler/compiler.js";
import { type Source, sourceOf, Unit } from "../compiler/unit.js";
import type { RenderState } from "../runtime/render-state.js";

/** A tag that is compiled. Where LiquidJS interprets what it stands in, it is compiled there and then, for itself. */
export abstract class CompiledTag extends Tag implements Compilable {
  protected readonly source: Source;
  #alone: Unit | undefined;

  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, remaining, liquid);
    this.source = sourceOf(parser);
  }

  abstract [compileTag](compiler: Compiler): void;

  override *render(context: Context, emitter: Emitter): Generator<unknown, void, unknown> {
    this.#alone ??= new Unit(this.source, [this]);
    emitter.write(yield* this.#alone.run(context as RenderState, this.source.isText ? "plain" : "text"));
  }
}
