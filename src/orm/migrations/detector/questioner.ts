import type { FieldDescription } from "../../fields/description.js";

/** Why rows need a value: the field is new, or it may no longer be null. */
export type FillReason = "added" | "notNull";

/** An answer to what rows get. `undefined`: nothing; whoever applies the migration sees to it. */
export interface FillAnswer {
  readonly fill: unknown;
}

/** What only people know. Each method may reject with `MigrationQuestionOpen` where nobody answers. */
export interface Questioner {
  /** Whether the model `from` is now called `to`. */
  isModelRenamed(app: string, from: string, to: string): Promise<boolean>;
  /** Whether the field `from` of a model is now called `to`. */
  isFieldRenamed(label: string, from: string, to: string): Promise<boolean>;
  /** Whether two models, each like what the other was, have exchanged their names. */
  areModelsExchanged(app: string, one: string, other: string): Promise<boolean>;
  /** Whether two fields of a model have exchanged their names. */
  areFieldsExchanged(label: string, one: string, other: string): Promise<boolean>;
  /** What rows that are there get in a field that may not be null. */
  fillFor(
    label: string,
    field: string,
    description: FieldDescription,
    reason: FillReason,
  ): Promise<FillAnswer | undefined>;
}

/** What somebody said before any question was asked. */
export interface KnownAnswers {
  /** `chat.Room`: `Hall`; `chat.Room.title`: `name`. */
  readonly renames?: ReadonlyMap<string, string>;
  /** Values by field: `chat.Room.topic`: `""`. */
  readonly fills?: ReadonlyMap<string, unknown>;
}
