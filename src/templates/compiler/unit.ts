import type { Liquid, Parser, Template } from "liquidjs";

import type { FilterDefinition } from "../filter.js";
import type { NamedPart, RenderState, TemplateOrigin } from "../runtime/render-state.js";
import type { Steps } from "../runtime/settle.js";

/** What a part of a template is compiled to. */
export type TemplateFunction = (state: RenderState) => Steps<string>;

/** A template that was read: what its parts have in common. */
export interface Source extends TemplateOrigin {
  readonly isText: boolean;
  readonly liquid: Liquid;
  readonly filters: ReadonlyMap<string, FilterDefinition>;
  /** What `{% partialdef %}` has defined. */
  readonly partials: Map<string, Unit>;
  readonly compile: (unit: Unit, htmlState: string) => TemplateFunction;
}

/** A piece of a template that is compiled for itself: the whole, a block, the body of a tag. */
export class Unit implements NamedPart {
  readonly source: Source;
  readonly nodes: readonly Template[];
  /** By the place in HTML where its text is to stand. */
  readonly #functions = new Map<string, TemplateFunction>();

  constructor(source: Source, nodes: readonly Template[]) {
    this.source = source;
    this.nodes = nodes;
  }

  get isText(): boolean {
    return this.source.isText;
  }

  run(state: RenderState, htmlState: string): Steps<string> {
    let compiled = this.#functions.get(htmlState);
    if (compiled === undefined) {
      compiled = this.source.compile(this, htmlState);
      this.#functions.set(htmlState, compiled);
    }
    return compiled(state);
  }
}

const sources = new WeakMap<Parser, Source>();

/** Says what `parser` is reading, for the tags that it makes. */
export function setSource(parser: Parser, source: Source): void {
  sources.set(parser, source);
}

/** What `parser` is reading. */
export function sourceOf(parser: Parser): Source {
  const source = sources.get(parser);
  if (source === undefined) throw new Error("this tag belongs to templates of a TemplateEngine");
  return source;
}
