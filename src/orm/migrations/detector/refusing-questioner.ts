import type { FieldDescription } from "../../fields/description.js";
import { MigrationQuestionOpen } from "../errors.js";
import type { FillAnswer, FillReason, Questioner } from "./questioner.js";

/** Options of `RefusingQuestioner`. */
export interface RefusingOptions {
  /** What is gone and what is new are different things: nothing was renamed. Default false: that is a question. */
  readonly noRenames?: boolean;
}

/**
 * Answers what has only one answer, and refuses the rest with what to say on the command line: a rename that is taken
 * for a removal and an addition would lose what is in the column.
 */
export class RefusingQuestioner implements Questioner {
  readonly #noRenames: boolean;

  constructor({ noRenames = false }: RefusingOptions = {}) {
    this.#noRenames = noRenames;
  }

  async isModelRenamed(app: string, from: string, to: string): Promise<boolean> {
    return this.#refuseRename(`${app}.${from}`, `${app}.${to}`, to);
  }

  async isFieldRenamed(label: string, from: string, to: string): Promise<boolean> {
    return this.#refuseRename(`${label}.${from}`, `${label}.${to}`, to);
  }

  async areModelsExchanged(app: string, one: string, other: string): Promise<boolean> {
    return this.#refuseExchange(`${app}.${one}`, one, `${app}.${other}`, other);
  }

  async areFieldsExchanged(label: string, one: string, other: string): Promise<boolean> {
    return this.#refuseExchange(`${label}.${one}`, one, `${label}.${other}`, other);
  }

  #refuseExchange(one: string, name: string, other: string, otherName: string): boolean {
    if (this.#noRenames) return false;
    throw new MigrationQuestionOpen({
      question: `${one} is now what ${other} was, and the other way round. Have they exchanged their names?`,
      remedy: `Say --rename ${one}:${otherName} --rename ${other}:${name}, or --no-renames.`,
    });
  }

  #refuseRename(from: string, to: string, name: string): boolean {
    if (this.#noRenames) return false;
    throw new MigrationQuestionOpen({
      question: `${from} is gone, and ${to} is new and just like it. Was it renamed?`,
      remedy: `Say --rename ${from}:${name}, or --no-renames.`,
    });
  }

  async fillFor(
    label: string,
    field: string,
    description: FieldDescription,
    reason: FillReason,
  ): Promise<FillAnswer | undefined> {
    if (isNow(description)) return { fill: () => new Date() };
    const change = reason === "added" ? "is new and may not be null" : "may no longer be null";
    throw new MigrationQuestionOpen({
      question: `${label}.${field} ${change}. What do rows get that are there already?`,
      remedy: `Say --fill ${label}.${field}=VALUE (JSON), or give the field a default, or null: true.`,
    });
  }
}

const ofTime: ReadonlySet<string> = new Set(["dateTime", "date", "time"]);

/** Whether a field holds the time of its row: those that are there get the time of the migration. */
export function isNow({ type, options }: FieldDescription): boolean {
  return ofTime.has(type) && (options["autoNow"] === true || options["autoNowAdd"] === true);
}
