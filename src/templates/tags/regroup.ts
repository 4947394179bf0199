import { type Liquid, type Parser, type TagToken, type Token, type TopLevelToken, TypeGuards } from "liquidjs";

import { type Compiler, compileTag } from "../compiler/compiler.js";
import { equals } from "../runtime/compare.js";
import { enumerate } from "../runtime/enumerate.js";
import { readProperty } from "../runtime/read-property.js";
import { isThenable, type Steps } from "../runtime/settle.js";
import { CompiledTag } from "./compiled-tag.js";
import { readWord } from "./read-arguments.js";

interface Group {
  readonly grouper: unknown;
  readonly list: unknown[];
}

/** `{% regroup people by city.name as cities %}`: neighbours that have the same there, as `grouper` and `list`. */
export class RegroupTag extends CompiledTag {
  readonly #list: Token;
  readonly #path: readonly string[];
  readonly #as: string;

  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, remaining, liquid, parser);
    const { tokenizer } = token;
    this.#list = tokenizer.readValueOrThrow();
    const hasBy = readWord(tokenizer, "by");
    const by = tokenizer.readValue();
    if (!hasBy || by === undefined || !TypeGuards.isPropertyAccessToken(by) || !readWord(tokenizer, "as")) {
      throw new Error("write {% regroup list by attribute as name %}");
    }
    this.#path = by.getText().split(".");
    this.#as = tokenizer.readIdentifier().content;
  }

  [compileTag](compiler: Compiler): void {
    const list = compiler.token(this.#list);
    const path = compiler.constant(this.#path);
    const groups = compiler.set(`yield* ${compiler.constant(regroup)}(${list}, ${path})`);
    compiler.line(`s.assign(${JSON.stringify(this.#as)}, ${groups});`);
  }
}

function* regroup(value: unknown, path: readonly string[]): Steps<readonly Group[]> {
  const groups: Group[] = [];
  for (const item of enumerate(value)) {
    let grouper: unknown = item;
    for (const step of path) {
      grouper = readProperty(grouper, step);
      if (isThenable(grouper)) grouper = yield grouper;
    }
    const last = groups.at(-1);
    if (last !== undefined && equals(last.grouper, grouper)) last.list.push(item);
    else groups.push({ grouper, list: [item] });
  }
  return groups;
}
