import { Operation, type OperationCall, type OperationRun, type ProjectState } from "hotclub/orm";

/**
 * `KILL_AT=3:2` ends the process after the second statement of the third operation; with `!` behind it, after its last
 * statement where it has fewer. `KILL_AT=nowhere` says how many statements there are.
 */
const [, killedOperation, killedStatement, isAtLeast] = /^(\d+):(\d+)(!?)$/.exec(process.env["KILL_AT"] ?? "") ?? [];

let current = 0;
let statements = 0;

function die(): void {
  process.kill(process.pid, "SIGKILL");
}

/** Counts a step of the operation that runs, and ends the process after the one that was named. */
export function passed(): void {
  statements++;
  if (String(current) === killedOperation && String(statements) === killedStatement) die();
}

/** An operation that ends its process where `KILL_AT` says. */
class Dying extends Operation {
  readonly #inner: Operation;
  readonly #number: number;

  constructor(inner: Operation, number: number) {
    super();
    this.#inner = inner;
    this.#number = number;
  }

  get category() {
    return this.#inner.category;
  }

  override get isTransactional(): boolean {
    return this.#inner.isTransactional;
  }

  describe(): string {
    return this.#inner.describe();
  }

  subjects(app: string): readonly string[] | undefined {
    return this.#inner.subjects(app);
  }

  changeState(app: string, state: ProjectState): void {
    this.#inner.changeState(app, state);
  }

  async forwards(run: OperationRun): Promise<void> {
    current = this.#number;
    statements = 0;
    await this.#inner.forwards({ ...run, editor: counting(run.editor) });
    if (process.env["KILL_AT"] === "nowhere") process.stdout.write(`${this.#number} has ${statements} statements\n`);
    if (isAtLeast === "!" && String(current) === killedOperation) die();
  }

  backwards(run: OperationRun): Promise<void> {
    return this.#inner.backwards(run);
  }

  override toCall(): OperationCall | undefined {
    return this.#inner.toCall();
  }
}

function counting(editor: OperationRun["editor"]): OperationRun["editor"] {
  const run = editor.run.bind(editor);
  editor.run = async (sql, parameters) => {
    await run(sql, parameters);
    passed();
  };
  return editor;
}

export function dying(operations: readonly Operation[]): Operation[] {
  return operations.map((operation, index) => new Dying(operation, index + 1));
}
