import { HistoricalModels } from "../state/historical-models.js";
import type { ProjectState } from "../state/project-state.js";
import { Operation, type OperationCall, type OperationRun } from "./operation.js";

/** What `separateDatabaseAndState` takes. */
export interface SeparateOperations {
  /** Done in the database, and unknown to the models. */
  readonly database?: readonly Operation[];
  /** Said of the models, and not done in the database. */
  readonly state?: readonly Operation[];
}

/** See `separateDatabaseAndState`. */
export class SeparateDatabaseAndState extends Operation {
  readonly category = "mixed";
  readonly database: readonly Operation[];
  readonly state: readonly Operation[];

  constructor({ database = [], state = [] }: SeparateOperations) {
    super();
    this.database = database;
    this.state = state;
  }

  override get isReversible(): boolean {
    return this.database.every((operation) => operation.isReversible);
  }

  override get isTransactional(): boolean {
    return this.database.every((operation) => operation.isTransactional);
  }

  describe(): string {
    const told = [...this.database, ...this.state].map((operation) => operation.describe());
    return `Separately: ${told.join(", ")}`;
  }

  subjects(app: string): readonly string[] | undefined {
    const subjects: string[] = [];
    for (const operation of [...this.database, ...this.state]) {
      const own = operation.subjects(app);
      if (own === undefined) return undefined;
      subjects.push(...own);
    }
    return subjects;
  }

  override makes(app: string): readonly string[] {
    return this.state.flatMap((operation) => operation.makes(app));
  }

  override references(app: string): readonly string[] {
    return [...this.database, ...this.state].flatMap((operation) => operation.references(app));
  }

  changeState(app: string, state: ProjectState): void {
    for (const operation of this.state) operation.changeState(app, state);
  }

  async forwards(run: OperationRun): Promise<void> {
    let { from } = run;
    for (const operation of this.database) {
      const state = from.state.clone();
      operation.changeState(run.app, state);
      const to = new HistoricalModels(state);
      await operation.forwards({ ...run, from, to });
      from = to;
    }
  }

  async backwards(run: OperationRun): Promise<void> {
    const states = [run.to];
    for (const operation of this.database) {
      const state = (states.at(-1) ?? run.to).state.clone();
      operation.changeState(run.app, state);
      states.push(new HistoricalModels(state));
    }
    for (const [index, operation] of [...this.database.entries()].toReversed()) {
      const [to, from] = [states[index], states[index + 1]];
      if (to !== undefined && from !== undefined) await operation.backwards({ ...run, from, to });
    }
  }

  override toCall(): OperationCall | undefined {
    const parts = {
      ...(this.database.length > 0 && { database: this.database }),
      ...(this.state.length > 0 && { state: this.state }),
    };
    return { name: "separateDatabaseAndState", args: [parts] };
  }
}

/** Does something in the database, and says something else of the models: for taking over what is there already. */
export function separateDatabaseAndState(operations: SeparateOperations): Operation {
  return new SeparateDatabaseAndState(operations);
}
