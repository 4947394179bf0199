import { toError } from "../../core/index.js";

/** An argument of a script. */
export type ScriptArgument = string | number | Buffer;

/** Sends what was collected; resolves with an answer for each call, in their order. */
export type SendBatch = (
  keys: readonly string[],
  args: readonly ScriptArgument[],
  calls: number,
) => Promise<readonly unknown[]>;

interface Call {
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: Error) => void;
}

/** Calls of one script on their way to Redis as one command, which does them one after the other, in their order. */
export class ScriptBatch {
  readonly #send: SendBatch;
  #calls: Call[] = [];
  #keys: string[] = [];
  #args: ScriptArgument[] = [];

  constructor(send: SendBatch) {
    this.#send = send;
  }

  /** How many calls are collected. */
  get size(): number {
    return this.#calls.length;
  }

  /** Resolves with the answer to this call; rejects where it failed, or the command of all. */
  add(keys: readonly string[], args: readonly ScriptArgument[]): Promise<unknown> {
    this.#keys.push(...keys);
    this.#args.push(...args);
    return new Promise((resolve, reject) => this.#calls.push({ resolve, reject }));
  }

  /** Sends what is collected. */
  flush(): void {
    const calls = this.#calls;
    if (calls.length === 0) return;
    const sent = this.#send(this.#keys, this.#args, calls.length);
    this.#calls = [];
    this.#keys = [];
    this.#args = [];
    sent.then(
      (answers) => settle(calls, answers),
      (thrown: unknown) => {
        for (const { reject } of calls) reject(toError(thrown));
      },
    );
  }
}

function settle(calls: readonly Call[], answers: readonly unknown[]): void {
  for (const [index, { resolve, reject }] of calls.entries()) {
    const answer = answers[index];
    if (answer instanceof Error) reject(answer);
    else resolve(answer);
  }
}
