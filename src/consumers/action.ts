import type { Schema, SchemaInput, SchemaOutput } from "../core/index.js";

/** One action that a client may ask for: what its data must be, and what it does. */
export interface Action<Input = unknown, Output = unknown> {
  /** What clients send and get, for the compiler alone: the client's types are made of it. */
  readonly "~input"?: Input;
  readonly "~output"?: Output;
  readonly schema: Schema;
  /** Called with the consumer as `this` and what the schema made of the data. */
  readonly handler: (data: never) => unknown;
}

/** A consumer's actions by the name that clients call them. */
export type ActionTable = Readonly<Record<string, Action>>;

/**
 * Declares an action of a socket: `schema` (of any Standard Schema library) checks what the client sent before
 * `handler`, a method of the consumer, sees it. What the handler returns goes back to a client that asked for a reply.
 *
 * ```ts
 * actions = { post: action(z.object({ text: z.string().max(2000) }), this.post) };
 * async post({ text }: { text: string }) { … }
 * ```
 */
export function action<S extends Schema, Output>(
  schema: S,
  handler: (data: SchemaOutput<S>) => Output,
): Action<SchemaInput<S>, Awaited<Output>> {
  return { schema, handler };
}
