import { createInterface, type Interface } from "node:readline/promises";

import {
  type FieldDescription,
  type FillAnswer,
  type FillReason,
  isNow,
  MigrationQuestionOpen,
  type Questioner,
} from "../../orm/index.js";

/** Asks at the terminal. */
export class InteractiveQuestioner implements Questioner {
  readonly #input: NodeJS.ReadableStream;
  readonly #output: NodeJS.WritableStream;
  #terminal: Interface | undefined;

  constructor(input: NodeJS.ReadableStream = process.stdin, output: NodeJS.WritableStream = process.stdout) {
    this.#input = input;
    this.#output = output;
  }

  async isModelRenamed(app: string, from: string, to: string): Promise<boolean> {
    return this.confirm(`Was the model ${app}.${from} renamed to ${to}?`);
  }

  async isFieldRenamed(label: string, from: string, to: string): Promise<boolean> {
    return this.confirm(`Was ${label}.${from} renamed to ${to}? (Otherwise what is in it is lost.)`);
  }

  async areModelsExchanged(app: string, one: string, other: string): Promise<boolean> {
    return this.confirm(`Have the models ${app}.${one} and ${app}.${other} exchanged their names?`);
  }

  async areFieldsExchanged(label: string, one: string, other: string): Promise<boolean> {
    return this.confirm(`Have the fields ${one} and ${other} of ${label} exchanged their names?`);
  }

  async fillFor(
    label: string,
    field: string,
    description: FieldDescription,
    reason: FillReason,
  ): Promise<FillAnswer | undefined> {
    const change = reason === "added" ? "is new and may not be null" : "may no longer be null";
    const now = isNow(description) ? " (enter: the time of the migration)" : "";
    this.#output.write(`${label}.${field} ${change}. What do rows get that are there already?\n`);
    for (;;) {
      const answer = await this.#ask(
        `A value as JSON, or "none" where there are no such rows, or "quit" to change the model first${now}: `,
      );
      if (answer === "" && now !== "") return { fill: () => new Date() };
      if (answer === "none") return undefined;
      if (answer === "quit") {
        const question = `${label}.${field} ${change}.`;
        throw new MigrationQuestionOpen({ question, remedy: "Give it a default, or null: true." });
      }
      try {
        return { fill: JSON.parse(answer) as unknown };
      } catch {
        this.#output.write('That is no JSON; text stands in quotes: "none"\n');
      }
    }
  }

  /** A yes or no; enter is no. */
  async confirm(question: string): Promise<boolean> {
    return /^y(es)?$/i.test(await this.#ask(`${question} [y/N] `));
  }

  async #ask(question: string): Promise<string> {
    this.#terminal ??= createInterface({ input: this.#input, output: this.#output });
    return (await this.#terminal.question(question)).trim();
  }

  close(): void {
    this.#terminal?.close();
  }
}
