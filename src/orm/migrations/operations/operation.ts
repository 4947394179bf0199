import type { SchemaEditor } from "../../backends/schema-editor.js";
import type { Database } from "../../database/database.js";
import type { HistoricalModels } from "../state/historical-models.js";
import type { ProjectState } from "../state/project-state.js";

/** What an operation is given to work with. */
export interface OperationRun {
  /** The app whose migration it stands in. */
  readonly app: string;
  /** The models before it, in the direction in which it runs. */
  readonly from: HistoricalModels;
  /** The models after it. */
  readonly to: HistoricalModels;
  /** Changes tables, in the transaction of the migration where there is one. */
  readonly editor: SchemaEditor;
  readonly database: Database;
  /** Whether the statements are only collected: code must not run. */
  readonly isDryRun: boolean;
}

/** A call of the function that makes an operation, for writing it into a file. */
export interface OperationCall {
  readonly name: string;
  readonly args: readonly unknown[];
}

/** What an operation adds, takes away or changes; for the overview that people read. */
export type OperationCategory = "addition" | "removal" | "alteration" | "code" | "sql" | "mixed";

/**
 * One step of a migration: how it changes the state of the models, and how it changes the database, forward and
 * backward. Operations of your own extend this class.
 */
export abstract class Operation {
  abstract readonly category: OperationCategory;

  /** Whether `backwards` can be called. Default true. */
  get isReversible(): boolean {
    return true;
  }

  /** Whether squashing may leave it out: it did something once that a new database does not need. Default false. */
  get isElidable(): boolean {
    return false;
  }

  /**
   * Whether it may run in a transaction. One that may not makes its whole migration run step by step, each step on
   * its own: `forwards` must then stand being run again after it was cut short. Default true.
   */
  get isTransactional(): boolean {
    return true;
  }

  /** What it does, in a few words: `Add field topic to Room`. */
  abstract describe(): string;

  /** What it adds to the name of its migration: `room_topic`. Default: nothing. */
  get nameFragment(): string | undefined {
    return undefined;
  }

  /**
   * What it is about: `chat.Room` for a model as a whole, `chat.Room.topic` for a field. Two branches of a history that
   * are about different things can be merged without asking. `undefined`: it may be about anything.
   */
  abstract subjects(app: string): readonly string[] | undefined;

  /** The labels of the models of other apps that must be there before it. */
  references(_app: string): readonly string[] {
    return [];
  }

  /** The labels of the models that are there by it, and were not before. Default: none. */
  makes(_app: string): readonly string[] {
    return [];
  }

  /** Changes the state as the database will be changed. */
  abstract changeState(app: string, state: ProjectState): void;

  abstract forwards(run: OperationRun): Promise<void>;

  /** Takes `forwards` back: `run.from` is the state after the operation, `run.to` the one before it. */
  abstract backwards(run: OperationRun): Promise<void>;

  /** How to write it into a file; `undefined` for one that only its own file can make. */
  toCall(): OperationCall | undefined {
    return undefined;
  }
}
