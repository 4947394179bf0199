import type { Migration, MigrationOptions } from "../migration.js";
import type { Operation } from "../operations/operation.js";
import { group, type Layout, prefixed, writeLayout } from "./layout.js";
import { type FileParts, layoutOf, layoutOfLabel, layoutOfOperation } from "./write-value.js";

/** What is written into a migration's file. */
export interface MigrationText {
  readonly runBefore?: MigrationOptions["runBefore"];
  readonly initial?: boolean | undefined;
  readonly atomic?: boolean | undefined;
  readonly safe?: string | undefined;
  readonly dependencies: readonly string[];
  readonly operations: readonly Operation[];
  readonly replaces?: readonly string[];
  /** Operations that are taken from other files: what to import, as `m0003` from `./0003_fill.js`, and their places. */
  readonly borrowed?: ReadonlyMap<Operation, BorrowedOperation>;
}

/** An operation in another migration's file. */
export interface BorrowedOperation {
  /** `0003_fill` */
  readonly migration: string;
  /** Its place among that migration's operations. */
  readonly index: number;
}

/** What the file of a migration says. */
export function textOf(migration: Migration): MigrationText {
  const { dependencies, operations, replaces, runBefore, initial, atomic, safe } = migration;
  return { dependencies, operations, replaces, runBefore, initial, atomic, safe };
}

/** The text of a migration's file. Throws `MigrationValueUnwritable`. */
export function writeMigration(text: MigrationText): string {
  const { dependencies, operations, replaces = [], borrowed, runBefore = [], initial, atomic, safe } = text;
  const imports = new Set<string>();
  const parts: FileParts = {
    names: new Set(["migration"]),
    borrow: (operation) => {
      const place = borrowed?.get(operation);
      if (place === undefined) return undefined;
      imports.add(place.migration);
      parts.names.add("operationOf");
      return `operationOf(${variableOf(place.migration)}, ${place.index})`;
    },
  };
  const list = (items: readonly Layout[], isBroken = false) => group("[", items, { isBroken });
  const items: Layout[] = [];
  if (replaces.length > 0) items.push(prefixed("replaces: ", layoutOf(replaces, parts, "replaces")));
  if (dependencies.length > 0)
    items.push(prefixed("dependencies: ", list(dependencies.map((one) => layoutOfLabel(one, parts)))));
  if (runBefore.length > 0) items.push(prefixed("runBefore: ", layoutOf(runBefore, parts, "runBefore")));
  for (const [name, value] of Object.entries({ initial, atomic, safe })) {
    if (value !== undefined) items.push(prefixed(`${name}: `, layoutOf(value, parts, name)));
  }
  items.push(
    prefixed(
      "operations: ",
      list(
        operations.map((one) => layoutOfOperation(one, parts)),
        true,
      ),
    ),
  );
  const body = writeLayout(group("(", [group("{", items, { isBroken: true })], { before: "export default migration" }));
  const names = [...parts.names].sort((a, b) => a.localeCompare(b, "en"));
  const first = `${writeLayout(group("{", names, { before: "import ", after: ' from "hotclub/orm"' }))};\n`;
  const others = [...imports].sort().map((name) => `import ${variableOf(name)} from "./${name}.js";\n`);
  return `${first}${others.length === 0 ? "" : `\n${others.join("")}`}\n${body};\n`;
}

function variableOf(migration: string): string {
  return `m${migration.replaceAll(/\W/g, "_")}`;
}
