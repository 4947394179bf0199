import { type Liquid, type Parser, type TagToken, type Template, type TopLevelToken } from "liquidjs";

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

/**
 * `{% extends "base.liquid" %}`, in Liquid `{% layout "base.liquid", title: "x" %}`: what follows fills the blocks of
 * another template. `none` is no other.
 */
export class ExtendsTag extends CompiledTag {
  readonly #file: TemplateName;
  readonly #arguments: ReadArguments;
  readonly templates: Template[];

  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, remaining, liquid, parser);
    this.#file = readTemplateName(token.tokenizer, parser);
    this.#arguments = readArguments(token.tokenizer);
    this.templates = parser.parseTokens(remaining);
  }

  [compileTag](compiler: Compiler): void {
    if (this.#file === undefined) return compiler.nodes(this.templates);
    const { part } = loadTemplate(this.#file, compiler);
    const outer = compiler.storesBlocks;
    compiler.storesBlocks = true;
    const rest = compiler.gather(() => compiler.nodes(this.templates));
    compiler.storesBlocks = outer;
    compiler.at(this.token);
    // What stands outside of all blocks is the block without a name.
    compiler.line(`if (!s.blocks?.has("")) s.storeBlock("", textPart(${rest}));`);
    const scope = scopeOf(this.#arguments.named, compiler);
    compiler.line(`s.frames.push(${scope});`);
    compiler.append(`yield* s.put(${part}, ${JSON.stringify(compiler.html.key)})`);
    compiler.line("s.frames.pop();");
    compiler.leaveIfAsked();
  }
}

/** `{% block name %}…{% endblock %}`. */
export class BlockTag extends CompiledTag {
  readonly block: string;
  readonly templates: Template[] = [];

  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, remaining, liquid, parser);
    this.block = /[\w-]+/.exec(token.args)?.[0] ?? "";
    const stream = parser.parseStream(remaining);
    stream
      .on("tag:endblock", () => void stream.stop())
      .on("template", (template) => void this.templates.push(template as Template))
      .on("end", () => {
        throw new Error(`tag ${token.getText()} not closed`);
      })
      .start();
  }

  [compileTag](compiler: Compiler): void {
    const unit = compiler.constant(compiler.unit(this.templates));
    const name = JSON.stringify(this.block);
    if (compiler.storesBlocks) return compiler.line(`s.storeBlock(${name}, ${unit});`);
    compiler.needScope();
    compiler.append(`yield* s.putBlock(${name}, ${unit}, ${JSON.stringify(compiler.html.key)})`);
    compiler.leaveIfAsked();
  }
}
