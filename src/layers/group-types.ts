import type { PathParams, RouteParams } from "../core/index.js";

/** Shown by the compiler in place of a type that cannot work. */
export interface TypeProblem<Sentence extends string> {
  readonly problem: Sentence;
}

/** The parameters that a group pattern asks for. */
export type GroupParams<Pattern extends string> = string extends Pattern ? RouteParams : PathParams<Pattern>;

/** No argument where the pattern has no parameters. */
export type GroupArguments<Pattern extends string> =
  {} extends GroupParams<Pattern> ? [params?: GroupParams<Pattern>] : [params: GroupParams<Pattern>];

/** What `carries<M>()` accepts: dotted message types, each with a payload that can travel. */
export type Carried<M> = {
  readonly [T in keyof M]: T extends `${"http" | "websocket" | "task" | "lifespan" | "layer" | "presence"}.${string}`
    ? TypeProblem<"Messages of this type come from a protocol, never from a group.">
    : T extends `${string}.${string}`
      ? Portable<M[T]>
      : TypeProblem<"A message type is dotted, as in chat.message.">;
};

/** `Value` where it can travel in a message, otherwise a `TypeProblem` in the place of what cannot. */
export type Portable<Value> = unknown extends Value
  ? Value
  : Value extends string | number | bigint | boolean | null | undefined | Date | Uint8Array
    ? Value
    : Value extends (...args: never[]) => unknown
      ? TypeProblem<"A function cannot travel in a message.">
      : Value extends symbol
        ? TypeProblem<"A symbol cannot travel in a message.">
        : { readonly [Key in keyof Value]: Portable<Value[Key]> };
