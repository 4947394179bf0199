/** What becomes of a value on its way through JSON. */
export type Json<T> = unknown extends T
  ? T
  : T extends Date
    ? string
    : T extends string | number | boolean | null | undefined
      ? T
      : T extends (...args: never[]) => unknown
        ? never
        : { -readonly [Key in keyof T]: Json<T[Key]> };

type ActionsOf<Consumer> = Consumer extends { readonly actions: infer Actions } ? Actions : Record<string, unknown>;

/** The names of a consumer's actions. */
export type ActionName<Consumer> = keyof ActionsOf<Consumer> & string;

/** What an action takes. */
export type ActionData<Consumer, Name extends ActionName<Consumer>> = ActionsOf<Consumer>[Name] extends {
  readonly "~input"?: infer Input;
}
  ? Json<Input>
  : unknown;

/** What an action replies. */
export type ActionReply<Consumer, Name extends ActionName<Consumer>> = ActionsOf<Consumer>[Name] extends {
  readonly "~output"?: infer Output;
}
  ? Json<Output>
  : unknown;

/** Types of messages that a consumer handles and does not pass on. */
type Inner = `${"http" | "websocket" | "task" | "lifespan" | "layer" | "presence"}.${string}`;

/**
 * The messages that a consumer's clients may get, by type: those of its groups, which it passes on as they are, unless
 * it says otherwise (`declare readonly clientMessages: { "chat.message": { text: string } }`).
 */
export type ClientMessages<Consumer> = Consumer extends { readonly clientMessages: infer Messages }
  ? Messages
  : {
      [
        Type in keyof Consumer as Type extends `${string}.${string}` ? (Type extends Inner ? never : Type) : never
      ]: Consumer[Type] extends (message: infer Message) => unknown ? Json<Message> : never;
    };
