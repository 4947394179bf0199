import { createInterface, type Interface } from "node:readline";
import { Writable } from "node:stream";

import { UserInvalid } from "../../auth/index.js";

/** Asks at the terminal, or whatever the answers come from, a line each; what is secret is not shown while it is typed. */
export class Terminal {
  readonly #lines: Interface;
  readonly #output: NodeJS.WritableStream;
  /** Answers that came before they were asked for. */
  readonly #early: string[] = [];
  #waiting: { readonly resolve: (line: string) => void; readonly reject: (error: Error) => void } | undefined;
  #isSecret = false;
  #isOver = false;

  constructor(input: NodeJS.ReadableStream = process.stdin, output: NodeJS.WritableStream = process.stdout) {
    this.#output = output;
    const shown = new Writable({
      write: (chunk: Uint8Array | string, _encoding, done) => {
        if (!this.#isSecret) output.write(chunk);
        done();
      },
    });
    const isTerminal = output === process.stdout && process.stdout.isTTY;
    this.#lines = createInterface({ input, output: shown, terminal: isTerminal, prompt: "" });
    this.#lines.on("line", (line) => {
      if (this.#waiting === undefined) this.#early.push(line);
      else this.#waiting.resolve(line);
      this.#waiting = undefined;
    });
    this.#lines.on("close", () => {
      this.#isOver = true;
      this.#waiting?.reject(unanswered());
    });
    // Ctrl+C ends the command, as it ends others.
    this.#lines.on("SIGINT", () => this.#lines.close());
  }

  async ask(question: string): Promise<string> {
    this.#output.write(question);
    return (await this.#next()).trim();
  }

  async askSecret(question: string): Promise<string> {
    this.#output.write(question);
    this.#isSecret = true;
    try {
      return await this.#next();
    } finally {
      this.#isSecret = false;
      this.#output.write("\n");
    }
  }

  /** A yes or no; enter is no. */
  async confirm(question: string): Promise<boolean> {
    return /^y(es)?$/i.test(await this.ask(`${question} [y/N] `));
  }

  say(line: string): void {
    this.#output.write(`${line}\n`);
  }

  close(): void {
    this.#lines.close();
  }

  #next(): Promise<string> {
    const early = this.#early.shift();
    if (early !== undefined) return Promise.resolve(early);
    return new Promise((resolve, reject) => {
      if (this.#isOver) reject(unanswered());
      else this.#waiting = { resolve, reject };
    });
  }
}

function unanswered(): UserInvalid {
  return new UserInvalid({ problem: "a question was not answered; use --no-input where there is nobody to ask" });
}
