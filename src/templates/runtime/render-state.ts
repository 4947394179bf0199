import { Context, type Liquid } from "liquidjs";

import { shownInTemplates } from "../../core/index.js";
import { escapeHtml } from "../escape.js";
import { type PageRenderer, SafeString } from "../safe-string.js";
import { readProperty } from "./read-property.js";
import { runSteps, type Steps } from "./settle.js";

const { hasOwn } = Object;

/** A template, or a part of one, that can be put out. */
export interface Part {
  /** `htmlState` says where in HTML the text is to stand (`HtmlState.key`). */
  run(state: RenderState, htmlState: string): Steps<string>;
}

/** A template, as other templates see it. */
export interface NamedPart extends Part {
  /** Whether it makes plain text, such as a mail, and not HTML. */
  readonly isText: boolean;
}

/** What a template came from: it may ask for `./row.liquid`, or extend one of its own name that it is in the place of. */
export interface TemplateOrigin {
  readonly name: string;
  /** Which of the engine's directories has it. */
  readonly directory: number;
}

/** Where templates get each other from. */
export interface TemplateSource {
  /** `from` is the template that asks. Throws, or rejects with, `TemplateNotFound`. */
  load(name: string, from: TemplateOrigin): NamedPart | Promise<NamedPart>;
}

/** How deep templates may include each other: a stack overflow would come without a place. */
const maxDepth = 100;

/** What the states of one engine have in common. */
export interface EngineParts {
  readonly liquid: Liquid;
  readonly loader: TemplateSource;
  readonly page: PageRenderer;
}

/** The blocks of one name, those of the template that extends furthest first, and which of them is put out now. */
interface BlockChain {
  readonly units: readonly Part[];
  readonly index: number;
}

/**
 * What a template knows while it is rendered, and what has been seen of it. It is LiquidJS's context, too, so that what
 * is interpreted and what is compiled can stand in one page.
 */
export class RenderState extends Context {
  readonly #engine: EngineParts;
  readonly loader: TemplateSource;
  /** The scopes of loops, of included templates and the like, innermost last; the first is for `assign`. */
  readonly frames: object[];
  /** What the templates that extend others have put in their blocks. */
  blocks: Map<string, Part[]> | undefined;
  block: BlockChain | undefined;
  /** Blocks that are being put out. */
  readonly #open: Part[] = [];
  /** How many templates are within each other now. */
  #depth = 0;
  readonly #cycles = new Map<string, number>();
  readonly #memories = new WeakMap<object, Map<unknown, unknown>>();

  constructor(engine: EngineParts, names: object) {
    super(names, engine.liquid.options, {}, { liquid: engine.liquid });
    this.#engine = engine;
    this.loader = engine.loader;
    this.frames = (this as unknown as { readonly scopes: object[] }).scopes;
  }

  /** What objects that put themselves on the page render their templates by. */
  get page(): PageRenderer {
    return this.#engine.page;
  }

  override readProperty(object: never, name: never): never {
    return readProperty(object, name) as never;
  }

  override spawn(names: object = {}): RenderState {
    const state = new RenderState(this.#engine, names);
    state.#depth = this.#depth;
    return state;
  }

  /** What `{{ name }}` is: of the innermost scope that has it, otherwise of the page, otherwise of the engine. */
  find(name: string): unknown {
    const { frames } = this;
    for (let index = frames.length - 1; index >= 0; index -= 1) {
      const scope = frames[index] as Record<string, unknown>;
      if (name in scope) {
        const value = scope[name];
        return typeof value === "function" ? (value.call(scope) as unknown) : value;
      }
    }
    const names = this.environments as Record<string, unknown>;
    if (hasOwn(names, name)) {
      const value = names[name];
      return typeof value === "function" ? (value.call(names) as unknown) : value;
    }
    const found = readProperty(names, name);
    return found === undefined ? readProperty(this.globals, name) : found;
  }

  /** For tags of apps. */
  readonly lookup = (name: string): unknown => this.find(name);

  /** What a filter of LiquidJS has as its `this`. */
  filterThis(token: unknown): object {
    return { context: this, token, liquid: this.liquid };
  }

  assign(name: string, value: unknown): void {
    (this.frames[0] as Record<string, unknown>)[name] = value;
  }

  /**
   * The state for a template that is to know nothing of this one but what belongs to the page: the request, and what
   * forms and scripts need to be let through.
   */
  isolated(): RenderState {
    const outer = this.lookup;
    return this.spawn({
      get request() {
        return outer("request");
      },
      get csrfToken() {
        return outer("csrfToken");
      },
      get cspNonce() {
        return outer("cspNonce");
      },
    });
  }

  /** Which of `length` values is the turn's, for the cycle called `key`. */
  nextOfCycle(key: string, length: number): number {
    const turn = this.#cycles.get(key) ?? 0;
    this.#cycles.set(key, (turn + 1) % length);
    return turn;
  }

  resetCycle(key: string): void {
    this.#cycles.delete(key);
  }

  /** What tags remember of one loop, or of the page where `loop` is none. */
  memoryOf(loop: unknown): Map<unknown, unknown> {
    const owner = typeof loop === "object" && loop !== null ? loop : this;
    let memory = this.#memories.get(owner);
    if (memory === undefined) this.#memories.set(owner, (memory = new Map()));
    return memory;
  }

  /** Puts out another template. HTML that has plain text in it escapes that. */
  *put(template: NamedPart, htmlState: string): Steps<string> {
    if (this.#depth >= maxDepth) throw new RangeError(`templates include each other more than ${maxDepth} deep`);
    this.#depth += 1;
    const text = yield* this.#put(template, htmlState);
    this.#depth -= 1;
    return text;
  }

  *#put(template: NamedPart, htmlState: string): Steps<string> {
    if (template.isText) {
      const text = yield* template.run(this, "plain");
      return htmlState === "plain" ? text : escapeHtml(text);
    }
    return yield* template.run(this, htmlState === "plain" ? "text" : htmlState);
  }

  /** Puts out an included template with `names` in an own scope. */
  *include(template: NamedPart, htmlState: string, names: object): Steps<string> {
    const { blocks, block } = this;
    this.blocks = undefined;
    this.block = undefined;
    this.frames.push(names);
    const text = yield* this.put(template, htmlState);
    this.frames.pop();
    this.blocks = blocks;
    this.block = block;
    return text;
  }

  /** What a template that extends another has to say to `name`, unless one that extends it has said more. */
  storeBlock(name: string, unit: Part): void {
    this.blocks ??= new Map();
    const units = this.blocks.get(name);
    if (units === undefined) this.blocks.set(name, [unit]);
    else units.push(unit);
  }

  /** Puts out the block `name` where it stands in the outermost template. */
  putBlock(name: string, own: Part, htmlState: string): Steps<string> {
    const stored = this.blocks?.get(name);
    return this.#putUnit({ units: stored === undefined ? [own] : [...stored, own], index: 0 }, htmlState);
  }

  /** `{{ block.super }}`. */
  *superBlock(htmlState: string): Steps<string> {
    const { block } = this;
    if (block === undefined || block.index + 1 >= block.units.length) return "";
    return yield* this.#putUnit({ units: block.units, index: block.index + 1 }, htmlState);
  }

  *#putUnit(block: BlockChain, htmlState: string): Steps<string> {
    const unit = block.units[block.index] as Part;
    if (this.#open.includes(unit)) throw new Error("a block cannot stand within itself");
    const outer = this.block;
    this.block = block;
    this.#open.push(unit);
    this.frames.push(Object.assign(Object.create(null) as object, { block: new BlockDrop(this) }));
    const text = yield* unit.run(this, htmlState);
    this.frames.pop();
    this.#open.pop();
    this.block = outer;
    return text;
  }
}

/** `block`, for templates that do more with `block.super` than put it out. */
class BlockDrop {
  static readonly [shownInTemplates] = ["super"];
  readonly #state: RenderState;

  constructor(state: RenderState) {
    this.#state = state;
  }

  async super(): Promise<SafeString> {
    return new SafeString(await runSteps(this.#state.superBlock("text")));
  }
}
