import { type Liquid, type Parser, type TagToken, type Token, type Tokenizer, type TopLevelToken } from "liquidjs";

import { type Compiler, compileTag, type FilteredValue } from "../compiler/compiler.js";
import type { Source } from "../compiler/unit.js";
import { CompiledTag } from "./compiled-tag.js";
import { readWord } from "./read-arguments.js";

interface Cycle {
  readonly group: Token | undefined;
  readonly values: readonly FilteredValue[];
  /** The values as they were written: two tags of one group and one list go on with each other. */
  readonly texts: string;
  readonly as: string | undefined;
  readonly isSilent: boolean;
}

/** The cycles of a template that have a name. */
const namedCycles = new WeakMap<Source, Map<string, Cycle>>();

function cyclesOf(source: Source): Map<string, Cycle> {
  let cycles = namedCycles.get(source);
  if (cycles === undefined) namedCycles.set(source, (cycles = new Map()));
  return cycles;
}

/**
 * `{% cycle "odd", "even" %}`, or without commas as in Django: the next of these each time. `{% cycle "a": "odd", "even" %}`
 * counts for the group `a`; with `as row` (and `silent`) `{{ row }}` is what it has come to, and `{% cycle row %}` goes on.
 */
export class CycleTag extends CompiledTag {
  readonly #cycle: Cycle;

  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, remaining, liquid, parser);
    const known = cyclesOf(this.source).get(token.args.trim());
    this.#cycle = known ?? readCycle(token.tokenizer);
    if (this.#cycle.as !== undefined) cyclesOf(this.source).set(this.#cycle.as, this.#cycle);
  }

  [compileTag](compiler: Compiler): void {
    const { group, values, texts, as, isSilent } = this.#cycle;
    const key = group === undefined ? '""' : `plainText(${compiler.token(group)})`;
    const index = compiler.set(`s.nextOfCycle(${key} + ${JSON.stringify(`:${texts}`)}, ${values.length})`);
    const value = compiler.temp();
    values.forEach((one, at) => {
      compiler.line(`${at === 0 ? "" : "else "}if (${index} === ${at}) {`);
      compiler.line(`${value} = ${compiler.value(one)};`);
      compiler.line("}");
    });
    if (as !== undefined) compiler.line(`s.assign(${JSON.stringify(as)}, ${value});`);
    if (!isSilent) compiler.output(value, values[0]?.filters.at(-1)?.name);
  }
}

/** `{% resetcycle row %}`: the cycle of that name, or the only one of this template, begins anew. */
export class ResetCycleTag extends CompiledTag {
  readonly #texts: string;

  constructor(token: TagToken, remaining: TopLevelToken[], liquid: Liquid, parser: Parser) {
    super(token, remaining, liquid, parser);
    const name = token.args.trim();
    const cycle = cyclesOf(this.source).get(name);
    if (cycle === undefined)
      throw new Error(`there is no cycle ${JSON.stringify(name)} above: {% cycle … as ${name} %}`);
    this.#texts = cycle.texts;
  }

  [compileTag](compiler: Compiler): void {
    compiler.line(`s.resetCycle(${JSON.stringify(`:${this.#texts}`)});`);
  }
}

function readCycle(tokenizer: Tokenizer): Cycle {
  const begin = tokenizer.p;
  let group = tokenizer.readValue();
  tokenizer.skipBlank();
  if (group !== undefined && tokenizer.peek() === ":") tokenizer.p += 1;
  else {
    group = undefined;
    tokenizer.p = begin;
  }
  const values: FilteredValue[] = [];
  const texts: string[] = [];
  for (;;) {
    tokenizer.skipBlank();
    if (tokenizer.peek() === ",") tokenizer.p += 1;
    tokenizer.skipBlank();
    if (tokenizer.end()) break;
    if (values.length > 0 && readWord(tokenizer, "as")) {
      const as = tokenizer.readIdentifier().content;
      return { group, values, texts: `${texts.join(",")} as ${as}`, as, isSilent: readWord(tokenizer, "silent") };
    }
    const at = tokenizer.p;
    const value = tokenizer.readValueOrThrow();
    tokenizer.skipBlank();
    const filters = tokenizer.peek() === "|" ? tokenizer.readFilters() : [];
    values.push({ initial: { postfix: [value] }, filters });
    texts.push(tokenizer.input.slice(at, tokenizer.p).trim());
  }
  tokenizer.assert(values.length, "empty candidates");
  return { group, values, texts: texts.join(","), as: undefined, isSilent: false };
}
