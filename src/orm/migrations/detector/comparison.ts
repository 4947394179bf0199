import type { Operation } from "../operations/operation.js";
import type { ModelState } from "../state/model-state.js";
import type { ProjectState } from "../state/project-state.js";
import type { Draft } from "./draft.js";
import { free, tableOf } from "./places.js";
import type { KnownAnswers, Questioner } from "./questioner.js";

/** What the detector works with besides the two states. */
export interface DetectOptions {
  readonly questioner: Questioner;
  readonly answers?: KnownAnswers;
  /** Defaults that are functions, by field: `chat.Room.token`. States do not keep them. */
  readonly computedDefaults?: ReadonlyMap<string, () => unknown>;
}

/** Two states, and the operations found so far that lead from the one to the other. */
export class Comparison {
  readonly to: ProjectState;
  /** What the models are after the operations so far, as far as renames go. */
  readonly state: ProjectState;
  /** The tables that are there at the begin: whoever wants one of them waits until it is free. */
  readonly tables: ReadonlySet<string>;
  readonly options: DetectOptions;
  readonly drafts: Draft[] = [];
  /** The fields for which it was asked, and said, what rows get. */
  readonly fills = new Set<string>();

  constructor(from: ProjectState, to: ProjectState, options: DetectOptions) {
    this.to = to;
    this.state = from.clone();
    this.tables = new Set([...from.models.values()].map(tableOf));
    this.options = options;
  }

  add(
    app: string,
    operation: Operation,
    { gives = [], needs = [] }: Partial<Pick<Draft, "gives" | "needs">> = {},
  ): void {
    this.drafts.push({ app, operation, gives, needs });
  }

  /** Adds an operation that what follows is compared after. */
  perform(app: string, operation: Operation, facts: Partial<Pick<Draft, "gives" | "needs">> = {}): void {
    operation.changeState(app, this.state);
    this.add(app, operation, facts);
  }

  /** What must be free before the table of a model is renamed. */
  taken(old: ModelState, model: ModelState): string[] {
    const table = tableOf(model);
    return table !== tableOf(old) && this.tables.has(table) ? [free(model)] : [];
  }
}
