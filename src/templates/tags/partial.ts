import { type Liquid, type Parser, type TagToken, type Template, type TopLevelToken } from "liquidjs";

import { type Compiler, compileTag } from "../compiler/compiler.js";
import { Unit } from "../compiler/unit.js";
import { CompiledTag } from "./compiled-tag.js";
import { readBody } from "./read-arguments.js";

/**
 * `{% partialdef name %}…{% endpartialdef %}`: a part that is put out by `{% partial name %}` and can be rendered alone as
 * `page.liquid#name`; with `inline` it is put out where it stands, too.
 */
export class PartialDefinitionTag extends CompiledTag {
  readonly templates: Template[];
  readonly #unit: Unit;
  readonly #isInline: boolean;

  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, remaining, liquid, parser);
    const [name = "", option] = token.args.trim().split(/\s+/);
    if (!/^[\w-]+$/.test(name) || (option !== undefined && option !== "inline")) {
      throw new Error("write {% partialdef name %} or {% partialdef name inline %}");
    }
    this.#isInline = option === "inline";
    if (this.source.partials.has(name)) throw new Error(`the part ${name} is defined twice`);
    this.templates = readBody(token, remaining, parser).templates;
    this.#unit = new Unit(this.source, this.templates);
    this.source.partials.set(name, this.#unit);
  }

  [compileTag](compiler: Compiler): void {
    if (!this.#isInline) return;
    compiler.needScope();
    compiler.append(`yield* ${compiler.constant(this.#unit)}.run(s, ${JSON.stringify(compiler.html.key)})`);
    compiler.leaveIfAsked();
  }
}

/** `{% partial name %}`. */
export class PartialTag extends CompiledTag {
  readonly #name: string;

  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, remaining, liquid, parser);
    this.#name = token.args.trim();
  }

  [compileTag](compiler: Compiler): void {
    const unit = compiler.source.partials.get(this.#name);
    if (unit === undefined) {
      const known = [...compiler.source.partials.keys()].join(", ") || "none";
      throw new Error(`there is no part ${JSON.stringify(this.#name)} in this template; there is ${known}`);
    }
    compiler.needScope();
    compiler.append(`yield* ${compiler.constant(unit)}.run(s, ${JSON.stringify(compiler.html.key)})`);
    compiler.leaveIfAsked();
  }
}
