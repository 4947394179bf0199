import { type Template, Token, TypeGuards } from "liquidjs";

import type { FilterDefinition } from "../filter.js";
import { TemplateInvalid } from "../errors.js";
import { words } from "../runtime/compare.js";
import { Failure, placeOf } from "../runtime/failure.js";
import { loopExpressions } from "../runtime/for-loop.js";
import { type Atom, CodeWriter } from "./code-writer.js";
import { HtmlState } from "./html-state.js";
import { outputCode } from "./output-code.js";
import { runtime } from "./runtime.js";
import { type Source, type TemplateFunction, Unit } from "./unit.js";

/** Under this key a tag has the method that compiles it. */
export const compileTag: unique symbol = Symbol("compileTag");

/** A tag that writes the code of what it does. */
export interface Compilable {
  [compileTag](compiler: Compiler): void;
}

/** Writes the code of tags that know nothing of the compiler, such as LiquidJS's. */
export type NodeCompilers = ReadonlyMap<unknown, (node: never, compiler: Compiler) => void>;

/** Something with filters, as LiquidJS reads it. */
export interface FilteredValue {
  readonly initial: { readonly postfix: readonly Token[] };
  readonly filters: readonly FilterUse[];
}

/** One use of a filter. */
export interface FilterUse {
  readonly name: string;
  readonly args: readonly unknown[];
}

interface Loop {
  readonly index: string;
  readonly length: string;
  readonly parent: Loop | undefined;
  /** The variable that holds the loop's object, in code; it is made where `needsObject` is set. */
  readonly object: string;
  needsObject: boolean;
}

/** What `break` and `continue` leave: a loop, a text that is gathered, or the whole. */
type Surrounding = "whole" | "loop" | { readonly label: string };

/**
 * Writes the code of one unit. What the code needs of the template is a constant that it names by number, or a string
 * as JSON: nothing that anyone has written is ever code itself.
 */
export class Compiler extends CodeWriter {
  readonly source: Source;
  html: HtmlState;
  readonly #nodeCompilers: NodeCompilers;
  #locals = new Map<string, string>();
  #loop: Loop | undefined;
  #surrounding: Surrounding = "whole";
  /** Whether names must stand in scopes, for code that looks them up by itself. */
  #needsScope = false;
  /** Whether blocks are kept for the template that this one extends. */
  storesBlocks = false;

  constructor(source: Source, html: HtmlState, nodeCompilers: NodeCompilers) {
    super();
    this.source = source;
    this.html = html;
    this.#nodeCompilers = nodeCompilers;
  }

  /** The function of `unit`. */
  compile(unit: Unit): TemplateFunction {
    const begin = this.html;
    this.nodes(unit.nodes);
    this.flush();
    const end = this.html;
    if (begin.join(end) === undefined) {
      const where = `It begins ${begin.describe()} and ends ${end.describe()}.`;
      throw this.failure(
        new TemplateInvalid({ problem: `A template must close what it opens. ${where}` }),
        unit.nodes.at(-1),
      );
    }
    return this.#assemble();
  }

  /**
   * `new Function` is safe here: what it is given is written by this class alone. Strings of a template stand in it as
   * JSON (which is JavaScript since ES2019), names only as JSON keys, variables are numbered, and everything else is
   * taken from an array of constants by its index. Values of users come at run time, as values.
   */
  #assemble(): TemplateFunction {
    const temps = this.temps.length === 0 ? "" : `let ${this.temps.join(", ")};`;
    const constants = this.constants.map((_, index) => `const k${index} = k[${index}];`).join("");
    const body = `"use strict";
const { ${Object.keys(runtime).join(", ")} } = rt;
${constants}
return function* (s) {
let o = "", p = 0;${temps}
try {
${this.code}
return o;
} catch (e) { throw fail(e, name, t[p]); }
};`;
    // oxlint-disable-next-line no-implied-eval, no-new-func -- see above
    const make = new Function("rt", "k", "t", "name", body) as (
      rt: typeof runtime,
      constants: readonly unknown[],
      tokens: readonly Token[],
      name: string,
    ) => TemplateFunction;
    return make(runtime, this.constants, this.tokens, this.source.name);
  }

  /** An error of the template, at `node`. */
  failure(error: Error, node: Pick<Template, "token"> | undefined): Failure {
    const failure = error instanceof Failure ? error : new Failure(error);
    if (failure.places.length === 0 && node !== undefined) failure.places.push(placeOf(this.source.name, node.token));
    return failure;
  }

  nodes(nodes: readonly Template[]): void {
    for (const node of nodes) {
      try {
        this.#node(node);
      } catch (thrown) {
        throw thrown instanceof Error ? this.failure(thrown, node) : thrown;
      }
    }
  }

  #node(node: Template): void {
    const own = (node as Partial<Compilable>)[compileTag];
    if (own !== undefined) {
      this.at(node.token);
      own.call(node, this);
      return;
    }
    if (TypeGuards.isHTMLToken(node.token)) {
      this.text(node.token.getContent());
      return;
    }
    const known = this.#nodeCompilers.get(node.constructor);
    if (known !== undefined) {
      this.at(node.token);
      known(node as never, this);
      return;
    }
    this.at(node.token);
    this.needScope();
    this.append(`yield* interpret(s, ${this.constant(node)})`);
    this.leaveIfAsked();
  }

  /** Text of the template itself. */
  text(text: string): void {
    this.addText(text);
    this.html = this.html.after(text);
  }

  /** The object of the loop that this stands in, or nothing. */
  loopObject(): Atom {
    if (this.#loop === undefined) return this.set('s.find("forloop")');
    this.#loop.needsObject = true;
    return this.#loop.object;
  }

  unit(nodes: readonly Template[]): Unit {
    return new Unit(this.source, nodes);
  }

  needScope(): void {
    this.#needsScope = true;
  }

  // Ways that part and meet

  /** Each of `ways` is one way through a tag. Where HTML then stands must be the same for all. */
  ways(ways: readonly (() => void)[]): void {
    const begin = this.html;
    let end: HtmlState | undefined;
    for (const way of ways) {
      this.html = begin;
      way();
      if (end !== undefined) {
        const met = end.join(this.html);
        if (met === undefined)
          throw new TemplateInvalid({
            problem: `One way through this tag ends ${end.describe()}, another ${this.html.describe()}: close in each what it opens.`,
          });
        this.html = met;
      }
      end = this.html;
    }
  }

  /** Text that is gathered for itself in a variable, whose name is returned. It is HTML that begins between tags. */
  gather(write: () => void, html: HtmlState = this.source.isText ? HtmlState.plain : HtmlState.text): string {
    const [out, surrounding, outerHtml] = [this.out, this.#surrounding, this.html];
    this.flush();
    const own = this.name("o");
    const label = this.name("b");
    this.temps.push(own);
    this.line(`${own} = "";`);
    this.line(`${label}: {`);
    this.out = own;
    this.#surrounding = { label };
    this.html = html;
    write();
    this.flush();
    const end = this.html;
    this.line("}");
    [this.out, this.#surrounding, this.html] = [out, surrounding, outerHtml];
    if (html.join(end) === undefined) {
      throw new TemplateInvalid({
        problem: `What stands in this tag ends ${end.describe()}: close in it what it opens.`,
      });
    }
    return own;
  }

  /** `break` and `continue`. */
  leave(how: "break" | "continue"): void {
    if (this.#surrounding === "loop") return this.line(`${how};`);
    this.line(`s.${how}Called = true;`);
    this.line(typeof this.#surrounding === "string" ? `return ${this.out};` : `break ${this.#surrounding.label};`);
  }

  /** Leaves what must be left because something that ran just now, such as an included template, has asked for it. */
  leaveIfAsked(): void {
    if (this.#surrounding === "loop") {
      this.line("if (s.breakCalled) { s.breakCalled = s.continueCalled = false; break; }");
      this.line("if (s.continueCalled) { s.continueCalled = false; continue; }");
      return;
    }
    const leave = typeof this.#surrounding === "string" ? `return ${this.out};` : `break ${this.#surrounding.label};`;
    this.line(`if (s.breakCalled || s.continueCalled) ${leave}`);
  }

  /** Has names stand for values within what `write` writes. */
  withNames(names: Readonly<Record<string, Atom>>, write: () => void): void {
    const outerLocals = this.#locals;
    const outerNeeds = this.#needsScope;
    this.#locals = new Map([...outerLocals, ...Object.entries(names)]);
    this.#needsScope = false;
    const body = this.collect(write);
    this.#locals = outerLocals;
    if (this.#needsScope) {
      const scope = this.set("scope()");
      for (const [name, atom] of Object.entries(names)) this.line(`${scope}[${JSON.stringify(name)}] = ${atom};`);
      this.line(`s.frames.push(${scope});`);
      this.lines(body);
      this.line("s.frames.pop();");
    } else this.lines(body);
    this.#needsScope ||= outerNeeds;
  }

  /** A loop over the list `list`. */
  loop(list: Atom, variables: readonly string[], label: string, write: () => void): void {
    const outerLocals = this.#locals;
    const outerNeeds = this.#needsScope;
    const [outerLoop, outerSurrounding] = [this.#loop, this.#surrounding];
    const item = this.temp();
    const items = variables.length === 1 ? [item] : variables.map(() => this.temp());
    const [index, length] = [this.name("i"), this.set(`${list}.length`)];
    const loop: Loop = { index, length, parent: outerLoop, object: this.temp(), needsObject: false };
    this.#locals = new Map([...outerLocals, ...variables.map((name, at) => [name, items[at] ?? item] as const)]);
    this.#locals.delete("forloop");
    this.#loop = loop;
    this.#surrounding = "loop";
    this.#needsScope = false;
    const begin = this.html;
    let body = this.collect(write);
    const met = begin.join(this.html);
    if (met === undefined) {
      throw new TemplateInvalid({
        problem: `What is repeated begins ${begin.describe()} and ends ${this.html.describe()}.`,
      });
    }
    if (met.key !== begin.key) {
      this.html = met;
      body = this.collect(write);
    }
    this.html = met;
    this.#locals = outerLocals;
    this.#loop = outerLoop;
    this.#surrounding = outerSurrounding;
    const scope = this.#needsScope ? this.set("scope()") : undefined;
    if (scope !== undefined || loop.needsObject) {
      const parent = outerLoop === undefined ? 's.find("forloop")' : outerLoop.object;
      if (outerLoop !== undefined) outerLoop.needsObject = true;
      this.line(`${loop.object} = new ForLoop(${length}, ${JSON.stringify(label)}, ${parent});`);
    }
    if (scope !== undefined) this.line(`${scope}.forloop = ${loop.object}; s.frames.push(${scope});`);
    this.line(`for (let ${index} = 0; ${index} < ${length}; ${index}++) {`);
    this.line(`${item} = ${list}[${index}];`);
    if (variables.length > 1) items.forEach((one, at) => this.line(`${one} = get(${item}, ${at});`));
    if (scope !== undefined || loop.needsObject) this.line(`${loop.object}.i = ${index};`);
    if (scope !== undefined) {
      variables.forEach((name, at) => this.line(`${scope}[${JSON.stringify(name)}] = ${items[at] ?? item};`));
    }
    this.lines(body);
    this.line("}");
    this.line("s.breakCalled = s.continueCalled = false;");
    if (scope !== undefined) this.line("s.frames.pop();");
    this.#needsScope ||= outerNeeds;
  }

  // Values

  /** What an output puts out, escaped as its place wants it. */
  output(atom: Atom, filter?: string, origin: "value" | "tag" | "html" = "value"): void {
    this.append(outputCode(this, atom, filter, origin));
    this.html = this.html.afterOutput();
  }

  /** A variable that is `atom`, awaited and made HTML by itself where it can. */
  settled(atom: Atom): Atom {
    const own = this.set(atom);
    this.line(
      `if (typeof ${own} === "object" && ${own} !== null && isUnsettled(${own})) ${own} = yield* settleOutput(${own}, s.page);`,
    );
    return own;
  }

  /** The value of what `{{ … }}` holds. `isAwaited`: whether a promise is awaited. */
  value({ initial, filters }: FilteredValue, isAwaited = true): Atom {
    return this.filtered(this.#expression(initial.postfix, isAwaited || filters.length > 0), filters);
  }

  /** What `filters` make of a value. */
  filtered(value: Atom, filters: readonly FilterUse[]): Atom {
    return filters.reduce((atom, filter) => this.#filter(atom, filter), value);
  }

  /** The value of something that LiquidJS has read. */
  token(token: Token | undefined, isAwaited = true): Atom {
    if (token === undefined) return "undefined";
    if (TypeGuards.isLiteralToken(token)) {
      return Object.hasOwn(words, token.literal) ? this.constant(words[token.literal]) : token.literal;
    }
    if (TypeGuards.isPropertyAccessToken(token)) return this.#property(token, isAwaited);
    if (TypeGuards.isRangeToken(token)) {
      return this.set(`range(${this.token(token.lhs)}, ${this.token(token.rhs)})`);
    }
    if (TypeGuards.isFilteredValueToken(token)) return this.value(token, isAwaited);
    const { content } = token as { content?: unknown };
    return typeof content === "string" || typeof content === "number" ? JSON.stringify(content) : "undefined";
  }

  #await(temp: string): void {
    this.line(`if (isThenable(${temp})) ${temp} = yield ${temp};`);
  }

  #property(
    { variable, props }: { readonly variable?: Token | undefined; readonly props: readonly Token[] },
    isAwaited: boolean,
  ): Atom {
    const [first, ...others] = props;
    const steps = variable === undefined ? others : props;
    let current: Atom;
    if (variable !== undefined) current = this.token(variable);
    else {
      const key = staticKey(first);
      const [second] = others;
      if (key === "forloop" && this.#loop !== undefined && !this.#locals.has("forloop")) return this.#forLoop(others);
      const local = key === undefined ? undefined : this.#locals.get(key);
      if (local !== undefined && second === undefined && !isAwaited) return local;
      if (local === undefined) {
        if (key === undefined) this.needScope();
        current = this.set(`s.find(${key === undefined ? `String(${this.token(first)})` : JSON.stringify(key)})`);
      } else current = this.set(local);
    }
    if (steps.length > 0 && !isTemp(current)) current = this.set(current);
    for (const step of steps) {
      const key = staticKey(step);
      const code = key === undefined ? this.token(step) : JSON.stringify(numericKey(step) ?? key);
      this.line(`if (isThenable(${current}) && !showsBeforeAwait(${current}, ${code})) ${current} = yield ${current};`);
      this.line(`${current} = get(${current}, ${code});`);
    }
    if (isAwaited && isTemp(current)) this.#await(current);
    return current;
  }

  /** `forloop.index` and the like without an object, where that can be. */
  #forLoop(steps: readonly Token[]): Atom {
    let loop = this.#loop as Loop;
    let rest = steps;
    while (staticKey(rest[0]) === "parentloop" && loop.parent !== undefined) {
      loop = loop.parent;
      rest = rest.slice(1);
    }
    const name = staticKey(rest[0]);
    const code = name === undefined || !Object.hasOwn(loopExpressions, name) ? undefined : loopExpressions[name];
    if (code !== undefined && rest.length === 1) return this.set(code(loop.index, loop.length));
    loop.needsObject = true;
    if (rest.length === 0) return loop.object;
    const value = this.set(loop.object);
    for (const step of rest) this.line(`${value} = get(${value}, ${JSON.stringify(staticKey(step) ?? "")});`);
    return value;
  }

  #expression(postfix: readonly Token[], isAwaited: boolean): Atom {
    if (postfix.length === 1) return this.token(postfix[0], isAwaited);
    const stack: Atom[] = [];
    for (const token of postfix) {
      if (!TypeGuards.isOperatorToken(token)) {
        stack.push(this.token(token));
        continue;
      }
      const right = stack.pop() ?? "undefined";
      if (token.operator === "not") stack.push(this.set(`!isTrue(${right})`));
      else {
        const code = operators[token.operator];
        if (code === undefined) throw new TemplateInvalid({ problem: `There is no operator ${token.operator}.` });
        stack.push(this.set(code(stack.pop() ?? "undefined", right)));
      }
    }
    return stack[0] ?? "undefined";
  }

  #filter(value: Atom, { name, args }: FilterUse): Atom {
    const positional: string[] = [];
    const named: string[] = [];
    const pairs: string[] = [];
    for (const arg of args) {
      if (Array.isArray(arg)) {
        const [key, token] = arg as [string, Token];
        const code = this.token(token);
        named.push(`[${JSON.stringify(key)}]: ${code}`);
        pairs.push(`[${JSON.stringify(key)}, ${code}]`);
      } else positional.push(this.token(arg as Token));
    }
    const own = this.source.filters.get(name);
    if (own !== undefined) {
      const given = named.length === 0 ? positional : [...positional, `{ ${named.join(", ")} }`];
      return this.#ownFilter(own, value, given);
    }
    const implementation = this.source.liquid.filters[name];
    const handler = typeof implementation === "function" ? implementation : implementation?.handler;
    if (handler === undefined) throw new Error(`undefined filter: ${name}`);
    const token = this.constant({ name, args });
    const all = [`s.filterThis(${token})`, value, ...positional, ...pairs].join(", ");
    const made = this.set(`${this.constant(handler)}.call(${all})`);
    this.line(`if (typeof ${made} === "object" && ${made} !== null) ${made} = yield* settle(${made});`);
    return made;
  }

  #ownFilter(
    { run, keepsSafe = false, seesSafe = false }: FilterDefinition,
    value: Atom,
    args: readonly string[],
  ): Atom {
    const filter = this.constant(run);
    const given = seesSafe ? [value, ...args] : [value, ...args].map(plainCode);
    const call = `${filter}(${given.join(", ")})`;
    const made = this.set(keepsSafe && !seesSafe ? `keep(${value}, ${call})` : call);
    this.#await(made);
    return made;
  }
}

function isTemp(code: Atom): boolean {
  return /^v\d+$/.test(code);
}

/** What a filter is given that knows nothing of safe strings. */
function plainCode(code: Atom): string {
  return isLiteral(code) ? code : `plain(${code})`;
}

function isLiteral(code: string): boolean {
  return code.startsWith('"') || code.startsWith("{") || /^-?\d/.test(code);
}

function staticKey(token: Token | undefined): string | undefined {
  if (token === undefined) return undefined;
  if (TypeGuards.isWordToken(token) || TypeGuards.isQuotedToken(token)) return token.content;
  return TypeGuards.isNumberToken(token) ? String(token.content) : undefined;
}

function numericKey(token: Token): number | undefined {
  return TypeGuards.isNumberToken(token) ? token.content : undefined;
}

const operators: Readonly<Record<string, (left: Atom, right: Atom) => string>> = {
  "==": (left, right) => `equals(${left}, ${right})`,
  "!=": (left, right) => `!equals(${left}, ${right})`,
  ">": (left, right) => `greater(${left}, ${right})`,
  "<": (left, right) => `less(${left}, ${right})`,
  ">=": (left, right) => `greaterOrEqual(${left}, ${right})`,
  "<=": (left, right) => `lessOrEqual(${left}, ${right})`,
  contains: (left, right) => `contains(${left}, ${right})`,
  in: (left, right) => `isIn(${left}, ${right})`,
  and: (left, right) => `isTrue(${left}) && isTrue(${right})`,
  or: (left, right) => `isTrue(${left}) || isTrue(${right})`,
};
