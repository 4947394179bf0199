import {
  type Context,
  type Emitter,
  Hash,
  type Liquid,
  Tag,
  type TagToken,
  type TopLevelToken,
  type ValueToken,
  evalToken,
} from "liquidjs";

import { escapeHtml } from "./escape.js";
import type { TemplateTag } from "./tag.js";

/** Makes a LiquidJS tag of `tag`. */
export function liquidTag(tag: TemplateTag): new (token: TagToken, remaining: TopLevelToken[], liquid: Liquid) => Tag {
  return class extends Tag {
    readonly #positional: ValueToken[] = [];
    readonly #named: Hash;

    constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid) {
      super(token, remaining, liquid);
      const { tokenizer } = token;
      for (;;) {
        const before = tokenizer.p;
        const value = tokenizer.readValue();
        tokenizer.skipBlank();
        // `name=value` begins like a value; it and all after it are named arguments.
        if (value === undefined || tokenizer.peek() === "=") {
          tokenizer.p = before;
          break;
        }
        this.#positional.push(value);
        if (tokenizer.peek() === ",") tokenizer.p += 1;
      }
      this.#named = new Hash(tokenizer, "=");
    }

    override *render(context: Context, emitter: Emitter): Generator<unknown, void, never> {
      const positional: unknown[] = [];
      for (const value of this.#positional) positional.push(yield evalToken(value, context));
      const named: Record<string, unknown> = yield this.#named.render(context);
      const lookup = (name: string): unknown => context.getSync([name]);
      const text: string = yield tag.render({ positional, named, lookup });
      emitter.write(tag.output === "html" ? text : escapeHtml(text));
    }
  };
}
