import type { Migration } from "../migration.js";
import { RunCode } from "../operations/run-code.js";
import { labelIn } from "../state/model-state.js";
import type { ProjectState } from "../state/project-state.js";
import { findingsFor } from "./rules.js";
import type { SafetyProblem } from "./safety-problem.js";

/** A migration, or one that is still to be written. */
export interface CheckedMigration {
  readonly app: string;
  readonly key: string;
  readonly migration: Pick<Migration, "operations" | "safe">;
}

/**
 * What is dangerous about applying `migrations` while the code before them runs: what that code would fail at, and what
 * would keep it from a table for long. Tables that the same migrations make are in nobody's use. `before` is the state
 * of the models before them; `engine` the kind of database: of SQLite, which locks as a whole, only the first is told.
 */
export function checkSafety(
  migrations: Iterable<CheckedMigration>,
  before: ProjectState,
  engine: string,
): SafetyProblem[] {
  const state = before.clone();
  const problems: SafetyProblem[] = [];
  const made = new Set<string>();
  for (const { app, key, migration } of migrations) {
    const isSaid = migration.safe !== undefined;
    for (const operation of migration.operations) {
      const subjects = operation.subjects(app) ?? [];
      const isInUse = subjects.length === 0 || subjects.some((subject) => !isMade(subject, made));
      if (!isSaid && isInUse) {
        const field = (model: string, name: string) => {
          const label = labelIn(app, model);
          return state.has(label) ? state.get(label).fields.get(name) : undefined;
        };
        const findings = findingsFor(operation, field);
        if (operation instanceof RunCode && operation.isTransactional && migration.operations.length > 1) {
          findings.push({
            kind: "locks",
            problem: "what the other operations lock stays locked while the code runs",
            steps: ["put the code into a migration of its own"],
          });
        }
        for (const finding of findings) {
          if (finding.kind === "breaks" || engine !== "sqlite")
            problems.push({ migration: key, operation, ...finding });
        }
      }
      const labels = new Set(state.models.keys());
      operation.changeState(app, state);
      for (const label of state.models.keys()) {
        if (!labels.has(label) && (operation.category === "addition" || isRenameOf(subjects, made))) made.add(label);
      }
    }
  }
  return problems;
}

function isMade(subject: string, made: ReadonlySet<string>): boolean {
  const [app = "", model = ""] = subject.split(".");
  return made.has(`${app}.${model}`);
}

/** Whether a model that was made just now got another name. */
function isRenameOf(subjects: readonly string[], made: ReadonlySet<string>): boolean {
  return subjects.some((subject) => isMade(subject, made));
}

/** A problem as people read it. */
export function describeProblem({ migration, operation, problem, steps }: SafetyProblem): string {
  const lines = steps.map((step, index) => `    ${index + 1}. ${step}`);
  return [`${migration}: ${operation.describe()}: ${problem}. Instead:`, ...lines].join("\n");
}
