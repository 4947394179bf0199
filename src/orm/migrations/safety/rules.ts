import type { FieldDescription } from "../../fields/description.js";
import { AddField } from "../operations/add-field.js";
import { AlterField } from "../operations/alter-field.js";
import { AlterModelTable } from "../operations/alter-model.js";
import { AddDefinition, RemoveDefinition } from "../operations/definition-operations.js";
import { DeleteModel } from "../operations/delete-model.js";
import type { Operation } from "../operations/operation.js";
import { RemoveField } from "../operations/remove-field.js";
import { RenameField } from "../operations/rename-field.js";
import { RenameModel } from "../operations/rename-model.js";
import { RunSql } from "../operations/run-sql.js";
import { AddIndexConcurrently, RemoveIndexConcurrently } from "../postgres/concurrent-index.js";
import { AddConstraintNotValid } from "../postgres/validated-constraint.js";
import type { Finding } from "./safety-problem.js";

const concurrently = "in a migration of its own, addIndexConcurrently";

/** What is dangerous about `operation` on a table that is in use. `field` gives a field as it was before. */
export function findingsFor(
  operation: Operation,
  field: (model: string, name: string) => FieldDescription | undefined,
): Finding[] {
  if (operation instanceof AddField) return addedField(operation);
  if (operation instanceof AlterField) return alteredField(operation, field(operation.model, operation.field));
  if (operation instanceof RemoveField) {
    const { model, field: name } = operation;
    return [
      breaks(`code that runs still reads and writes ${model}.${name}`, [
        `take ${name} out of the model, with separateDatabaseAndState({ state: [removeField("${model}", "${name}")] }) for the migration (give the column a default or let it be null before, where it is neither)`,
        "deploy that everywhere",
        `remove the column in a later migration: separateDatabaseAndState({ database: [removeField("${model}", "${name}")] })`,
      ]),
    ];
  }
  if (operation instanceof RenameField || operation instanceof RenameModel || operation instanceof AlterModelTable) {
    return [
      breaks("code that runs still uses the old name", [
        operation instanceof RenameField
          ? `keep the column: rename the field, and give it dbColumn with the old column's name (f.manyToMany: dbTable)`
          : "keep the table: rename the model, and give its meta dbTable with the old table's name",
        "or add the new one, write both, copy the rows, read the new one, and remove the old one, with a deploy between each",
      ]),
    ];
  }
  if (operation instanceof DeleteModel) {
    return [
      breaks(`code that runs still uses ${operation.name}`, [
        "take the model out of the code, with separateDatabaseAndState for the migration",
        "deploy that everywhere",
        "drop the table in a later migration",
      ]),
    ];
  }
  if (operation instanceof AddDefinition || operation instanceof RemoveDefinition) return definition(operation);
  if (operation instanceof RunSql) {
    return [
      locks("nobody but you knows what this SQL locks", [
        'look at it, and say why it is safe: migration({ safe: "…" })',
      ]),
    ];
  }
  return [];
}

function breaks(problem: string, steps: readonly string[]): Finding {
  return { kind: "breaks", problem, steps };
}

function locks(problem: string, steps: readonly string[]): Finding {
  return { kind: "locks", problem, steps };
}

function addedField({ model, field, description, options }: AddField): Finding[] {
  const { options: own, to } = description;
  const findings: Finding[] = [];
  // Its links have a new table, and stand in no row of this one.
  const isMany = description.type === "manyToMany";
  if (own["null"] !== true && own["dbDefault"] === undefined && !isMany) {
    findings.push(
      breaks(`code that runs still inserts rows of ${model} without ${field}, which are refused`, [
        `add ${field} with null: true, or with dbDefault`,
        "deploy the code that writes it everywhere",
        "fill the rows that are there, and make it not null in a later migration",
      ]),
    );
  }
  if (typeof options.fill === "function") {
    findings.push(
      locks("each row gets a value of its own while the table is locked", [
        `add ${field} with null: true`,
        "fill the rows in portions, with runCode(…, { transactional: false })",
        "make it not null in a later migration",
      ]),
    );
  }
  if (own["unique"] === true)
    findings.push(locks("its unique index is built while nobody can write", uniqueSteps(field)));
  else if (own["dbIndex"] === true) {
    findings.push(
      locks("its index is built while nobody can write", [
        `add ${field} with dbIndex: false`,
        `${concurrently}("${model}", index("${field}"))`,
      ]),
    );
  }
  if (to !== undefined && !isMany && own["dbConstraint"] !== false) {
    findings.push(locks(`its foreign key locks ${model} and ${to} while the rows are checked`, foreignKeySteps(field)));
  }
  return findings;
}

function uniqueSteps(field: string): string[] {
  return [
    `leave ${field} as it is, without unique`,
    "in a migration of its own, make a unique index with runSql and CREATE UNIQUE INDEX CONCURRENTLY (transactional: false)",
    "make the constraint of it: ALTER TABLE … ADD CONSTRAINT … UNIQUE USING INDEX …, with the operation for the models in separateDatabaseAndState",
  ];
}

function foreignKeySteps(field: string): string[] {
  return [
    `add ${field} with dbConstraint: false`,
    `addForeignKeyNotValid for ${field}, and validateConstraint in a later migration`,
  ];
}

function alteredField(operation: AlterField, before: FieldDescription | undefined): Finding[] {
  if (before === undefined) return [];
  const { model, field, description } = operation;
  const [old, own] = [before.options, description.options];
  const findings: Finding[] = [];
  if (rewrites(before, description)) {
    findings.push(
      locks(`the table of ${model} is written anew while nobody can use it`, [
        "add a field of the new type, and write both",
        "copy the rows in portions",
        "read the new field, and remove the old one later",
      ]),
    );
  }
  if (old["null"] === true && own["null"] !== true) {
    findings.push(
      locks(`all rows of ${model} are read while nobody can use the table`, [
        `addConstraintNotValid with a check that ${field} is not null`,
        "in a later migration validateConstraint, then this operation: PostgreSQL sees by the constraint that no row is null",
      ]),
    );
  }
  if (own["unique"] === true && old["unique"] !== true) {
    findings.push(locks("its unique index is built while nobody can write", uniqueSteps(field)));
  } else if (own["dbIndex"] === true && old["dbIndex"] !== true && old["unique"] !== true) {
    findings.push(
      locks("its index is built while nobody can write", [
        `leave dbIndex out`,
        `${concurrently}("${model}", index("${field}"))`,
      ]),
    );
  }
  if (
    description.to !== undefined &&
    (before.to !== description.to || old["dbConstraint"] === false) &&
    own["dbConstraint"] !== false
  ) {
    findings.push(
      locks(`its foreign key locks ${model} and ${description.to} while the rows are checked`, foreignKeySteps(field)),
    );
  }
  return findings;
}

/** Whether PostgreSQL writes all rows anew. It does not for text that becomes longer. */
function rewrites(before: FieldDescription, after: FieldDescription): boolean {
  const text = new Set(["char", "text", "slug", "email", "url"]);
  if (text.has(before.type) && text.has(after.type)) {
    const isLimited = after.type !== "text";
    const limit = after.options["maxLength"];
    const old = before.options["maxLength"];
    return (
      isLimited && limit !== undefined && (before.type === "text" || old === undefined || Number(limit) < Number(old))
    );
  }
  return before.type !== after.type && !(before.to !== undefined && after.to !== undefined);
}

function definition(operation: AddDefinition | RemoveDefinition): Finding[] {
  const { model, definition: one } = operation;
  const isConcurrent =
    operation instanceof AddIndexConcurrently ||
    operation instanceof RemoveIndexConcurrently ||
    operation instanceof AddConstraintNotValid;
  if (isConcurrent || operation instanceof RemoveDefinition) return [];
  if (one.kind === "index") {
    return [
      locks(`nobody can write to ${model} while the index is built`, [
        `${concurrently}("${model}", …) instead of addIndex`,
      ]),
    ];
  }
  return [
    locks(`nobody can use the table of ${model} while its rows are checked`, [
      "for a check: addConstraintNotValid, and validateConstraint in a later migration",
      "for a unique constraint: a unique index made with CREATE UNIQUE INDEX CONCURRENTLY, then the constraint USING INDEX",
    ]),
  ];
}
