import { type Liquid, type Parser, type TagToken, type Template, type TopLevelToken } from "liquidjs";

import { type Compiler, compileTag } from "../compiler/compiler.js";
import type { RenderState, Part } from "../runtime/render-state.js";
import { runSteps } from "../runtime/settle.js";
import { SafeString } from "../safe-string.js";
import type { TagArguments, TemplateTag } from "../tag.js";
import { CompiledTag } from "./compiled-tag.js";
import { type ReadArguments, readArguments, readBody } from "./read-arguments.js";

/** What a tag is called with. What it may do is made when it is asked for. */
class TagCall implements TagArguments {
  readonly positional: readonly unknown[];
  readonly named: Readonly<Record<string, unknown>>;
  readonly #state: RenderState;
  readonly #body: Part | undefined;
  readonly #source: { readonly name: string; readonly directory: number };

  constructor(
    state: RenderState,
    positional: readonly unknown[],
    named: Readonly<Record<string, unknown>>,
    body: Part | undefined,
    source: { readonly name: string; readonly directory: number },
  ) {
    this.#state = state;
    this.positional = positional;
    this.named = named;
    this.#body = body;
    this.#source = source;
  }

  get lookup(): (name: string) => unknown {
    return this.#state.lookup;
  }

  get body(): () => Promise<SafeString> {
    return async () =>
      new SafeString(this.#body === undefined ? "" : await runSteps(this.#body.run(this.#state, "text")));
  }

  get include(): (template: string, names?: object) => Promise<SafeString> {
    return async (template, names = {}) => {
      const part = await this.#state.loader.load(template, this.#source);
      const scope = Object.assign(Object.create(null) as object, names);
      return new SafeString(await runSteps(this.#state.include(part, "text", scope)));
    };
  }
}

/** Makes a tag for templates of a tag of an app. */
export function appTag(
  tag: TemplateTag,
): new (token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) => CompiledTag {
  return class extends CompiledTag {
    readonly templates: Template[];
    readonly #arguments: ReadArguments;

    constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
      super(token, remaining, liquid, parser);
      this.#arguments = readArguments(token.tokenizer);
      this.templates = tag.hasBody === true ? readBody(token, remaining, parser).templates : [];
    }

    [compileTag](compiler: Compiler): void {
      const { positional, named, as } = this.#arguments;
      const values = positional.map((token) => compiler.token(token));
      const pairs = Object.entries(named).map(([name, token]) => `[${JSON.stringify(name)}]: ${compiler.token(token)}`);
      const body = tag.hasBody === true ? compiler.constant(compiler.unit(this.templates)) : "undefined";
      const call = `new ${compiler.constant(TagCall)}(s, [${values.join(", ")}], { ${pairs.join(", ")} }, ${body}, ${compiler.constant(compiler.source)})`;
      // The names that it may look up.
      compiler.needScope();
      const made = compiler.set(`${compiler.constant(tag)}.render(${call})`);
      compiler.line(`if (isThenable(${made})) ${made} = yield ${made};`);
      if (as === undefined) return compiler.output(made, undefined, tag.output === "html" ? "html" : "tag");
      compiler.line(`s.assign(${JSON.stringify(as)}, ${tag.output === "html" ? `safe(${made})` : made});`);
    }
  };
}
