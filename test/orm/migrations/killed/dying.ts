import { Operation, type OperationCall, type OperationRun, type ProjectState } from "hotclub/orm";

let statements = 0;

/** Runs an operation, and kills its process after the statement whose number is in `KILL_AT`, counted over all. */
class Dying extends Operation {
  readonly #inner: Operation;

  constructor(inner: Operation) {
    super();
    this.#inner = inner;
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

  forwards(run: OperationRun): Promise<void> {
    return this.#inner.forwards({ ...run, editor: deadly(run.editor) });
  }

  backwards(run: OperationRun): Promise<void> {
    return this.#inner.backwards({ ...run, editor: deadly(run.editor) });
  }

  override toCall(): OperationCall | undefined {
    return this.#inner.toCall();
  }
}

/** The editor, with each of its statements counted. */
function deadly(editor: OperationRun["editor"]): OperationRun["editor"] {
  const run = editor.run.bind(editor);
  editor.run = async (sql, parameters) => {
    await run(sql, parameters);
    if (String(++statements) === process.env["KILL_AT"]) process.kill(process.pid, "SIGKILL");
  };
  return editor;
}

export function dying(operations: readonly Operation[]): Operation[] {
  return operations.map((operation) => new Dying(operation));
}
