import {
  AssignTag,
  BreakTag,
  CaptureTag,
  CaseTag,
  CommentTag,
  ContinueTag,
  InlineCommentTag,
  LiquidTag,
  Output,
  RawTag,
  type Template,
  type Token,
  UnlessTag,
  type Value,
} from "liquidjs";

import type { Atom } from "./code-writer.js";
import type { Compiler, FilteredValue, FilterUse } from "./compiler.js";
import { vouchingFilters } from "./output-code.js";

/** The name that LiquidJS gives to what it adds to the filters of an output to have it escaped. No template can say it. */
const outputEscapeName = "[object Function]";

/** The filters that stand in the template. */
function writtenFilters(filters: readonly FilterUse[]): readonly FilterUse[] {
  return filters.at(-1)?.name === outputEscapeName ? filters.slice(0, -1) : filters;
}

/** `{{ … }}`, and what tags put out like that. */
export function compileOutput({ initial, filters }: FilteredValue, compiler: Compiler): void {
  const written = writtenFilters(filters);
  const last = written.at(-1)?.name;
  if (written.length === 0 && isSuper(initial.postfix)) {
    compiler.append(`yield* s.superBlock(${JSON.stringify(compiler.html.key)})`);
    compiler.leaveIfAsked();
    return;
  }
  const isVouched = last !== undefined && vouchingFilters.has(last);
  const used = isVouched ? written.slice(0, -1) : written;
  // A single value is awaited by what puts it out.
  compiler.output(compiler.value({ initial, filters: used }, false), last);
}

function isSuper(postfix: readonly Token[]): boolean {
  const [token] = postfix;
  return postfix.length === 1 && token?.getText() === "block.super";
}

/** The branches of `{% if %}` and the like: code of each condition and what stands in its branch. */
export interface Branch {
  readonly value: FilteredValue;
  /** Default false: the branch is taken where the value is true. */
  readonly isNegated?: boolean;
  readonly templates: readonly Template[];
}

export function compileBranches(branches: readonly Branch[], otherwise: readonly Template[], compiler: Compiler): void {
  const ways: (() => void)[] = branches.map(({ value, isNegated = false, templates }, index) => () => {
    if (index > 0) compiler.line("} else {");
    const atom: Atom = compiler.value(value);
    compiler.line(`if (${isNegated ? "!" : ""}isTrue(${atom})) {`);
    compiler.nodes(templates);
    compiler.flush();
  });
  ways.push(() => {
    if (otherwise.length === 0) return;
    compiler.line("} else {");
    compiler.nodes(otherwise);
    compiler.flush();
  });
  compiler.ways(ways);
  compiler.line("}".repeat(branches.length));
}

function compileCase(node: CaseTag, compiler: Compiler): void {
  const target = compiler.set(`valueOf(${compiler.value(node.value)})`);
  const hit = compiler.set("false");
  const ways: (() => void)[] = node.branches.map(({ values, templates }) => () => {
    const matches = compiler.set("false");
    for (const value of values) {
      compiler.line(`if (!${matches}) {`);
      compiler.line(`${matches} = equals(${target}, ${compiler.token(value)});`);
      compiler.line("}");
    }
    compiler.line(`if (${matches}) { ${hit} = true;`);
    compiler.nodes(templates);
    compiler.line("}");
  });
  ways.push(() => {
    compiler.line(`if (!${hit}) {`);
    compiler.nodes(node.elseTemplates);
    compiler.line("}");
  });
  compiler.ways(ways);
}

function compileCapture({ variable, templates }: CaptureTag, compiler: Compiler): void {
  const text = compiler.gather(() => compiler.nodes(templates));
  const value = compiler.source.isText ? text : `safe(${text})`;
  compiler.line(`s.assign(${JSON.stringify(variable)}, ${value});`);
  compiler.leaveIfAsked();
}

/** What LiquidJS keeps in its nodes, where its types do not say so. */
interface Inside {
  readonly key: string;
  readonly value: Value | undefined;
  readonly str: string;
  readonly tokens: readonly Token[];
}

function inside(node: unknown): Inside {
  return node as Inside;
}

function nothing(): void {}

/** LiquidJS's own nodes. What is not among them, and has no code of its own, is interpreted. */
export const liquidNodes: readonly (readonly [unknown, (node: never, compiler: Compiler) => void])[] = [
  [Output, (node: Output, compiler) => compileOutput((node as unknown as { value: Value }).value, compiler)],
  [
    AssignTag,
    (node: AssignTag, compiler) => {
      const { key, value } = inside(node);
      if (value !== undefined) compiler.line(`s.assign(${JSON.stringify(key)}, ${compiler.value(value)});`);
    },
  ],
  [BreakTag, (_: BreakTag, compiler) => compiler.leave("break")],
  [ContinueTag, (_: ContinueTag, compiler) => compiler.leave("continue")],
  [CaptureTag, compileCapture],
  [CaseTag, compileCase],
  [CommentTag, nothing],
  [InlineCommentTag, nothing],
  [LiquidTag, ({ templates }: LiquidTag, compiler) => compiler.nodes(templates)],
  [
    RawTag,
    (node: RawTag, compiler) => {
      for (const token of inside(node).tokens) compiler.text(token.getText());
    },
  ],
  [
    UnlessTag,
    ({ branches, elseTemplates }: UnlessTag, compiler) => {
      const all = branches.map(({ value, templates }, index) => ({ value, templates, isNegated: index === 0 }));
      compileBranches(all, elseTemplates, compiler);
    },
  ],
];
