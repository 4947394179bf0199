import {
  check,
  databases,
  field,
  type FieldDescription,
  index,
  migrate,
  type MigrationNode,
  type ModelState,
  ProjectState,
  runCode,
  unique,
  noop,
} from "hotclub/orm";
import fc from "fast-check";
import { describe, expect, test } from "vitest";

import { detectChanges } from "../../../src/orm/migrations/detector/detector.js";
import { optimize } from "../../../src/orm/migrations/optimizer/optimize.js";
import { migration } from "../../../src/orm/migrations/migration.js";
import { engines } from "../engines.js";
import { modelsAfter, nodesOf, tables, withDatabase } from "./history.js";

/** Fields whose values survive a change of one into another. */
const kinds: readonly ((options: object) => FieldDescription)[] = [
  (options) => field.int(options),
  (options) => field.char({ maxLength: 40, ...options }),
  (options) => field.text(options),
];
const names = ["a", "b", "c", "d"] as const;
const modelNames = ["One", "Two", "Three"] as const;

const someField = fc.record({
  kind: fc.nat(kinds.length - 1),
  null: fc.boolean(),
  unique: fc.boolean(),
  dbIndex: fc.boolean(),
  hasDefault: fc.boolean(),
  dbColumn: fc.option(fc.constant("kept"), { nil: undefined, freq: 6 }),
});
const someModel = fc.record({
  fields: fc.dictionary(fc.constantFrom(...names), someField, { minKeys: 1, maxKeys: 4 }),
  leadsTo: fc.option(fc.constantFrom(...modelNames), { nil: undefined }),
  linksTo: fc.option(fc.constantFrom(...modelNames), { nil: undefined }),
  hasIndex: fc.boolean(),
  hasCheck: fc.boolean(),
  hasUnique: fc.boolean(),
  table: fc.option(fc.constantFrom("other_table"), { nil: undefined, freq: 6 }),
});
const someModels = fc.dictionary(fc.constantFrom(...modelNames), someModel, { minKeys: 1, maxKeys: 3 });

type Models = typeof someModels extends fc.Arbitrary<infer T> ? T : never;

/** Models that can be: what leads nowhere is left out, and no two columns or tables have one name. */
function statesOf(models: Models): ModelState[] {
  const usedTables = new Set<string>();
  return Object.entries(models).map(([name, { fields, leadsTo, linksTo, hasIndex, hasCheck, hasUnique, table }]) => {
    const columns = new Set<string>();
    const described = new Map<string, FieldDescription>([["id", field.auto()]]);
    for (const [fieldName, { kind, dbColumn, hasDefault, ...options }] of Object.entries(fields)) {
      const isFree = dbColumn !== undefined && !columns.has(dbColumn);
      if (isFree) columns.add(dbColumn);
      const make: (given: object) => FieldDescription = kinds[kind] ?? ((given) => field.text(given));
      described.set(
        fieldName,
        make({
          ...options,
          ...(isFree && { dbColumn }),
          ...(hasDefault && !options.unique && { dbDefault: kind === 0 ? 7 : "7" }),
        }),
      );
    }
    if (leadsTo !== undefined && leadsTo in models) {
      described.set(`to${leadsTo}`, field.foreignKey(`shop.${leadsTo}`, { onDelete: "cascade", null: true }));
    }
    if (linksTo !== undefined && linksTo in models) described.set("links", field.manyToMany(`shop.${linksTo}`));
    const own = Object.keys(fields);
    const isFree = table !== undefined && !usedTables.has(table);
    if (isFree) usedTables.add(table);
    return {
      app: "shop",
      name,
      fields: described,
      options: {
        ...(hasIndex && { indexes: [index(...([`-${own[0] ?? "id"}`, "id"] as const))] }),
        ...((hasUnique || hasCheck) && {
          constraints: [
            ...(hasUnique ? [unique(...([own.at(-1) ?? "id", "id"] as const))] : []),
            ...(hasCheck ? [check({ id__gt: 0 }).named(`${name}_counts`)] : []),
          ],
        }),
        ...(isFree && { dbTable: table }),
      },
    };
  });
}

let count = 0;

/** The operations from one set of models to another, as migrations after `before`. */
async function migrationsBetween(
  before: MigrationNode[],
  from: ModelState[],
  to: ModelState[],
): Promise<MigrationNode[]> {
  let number = 0;
  const drafts = await detectChanges(new ProjectState(from), new ProjectState(to), {
    questioner: {
      isModelRenamed: async () => true,
      isFieldRenamed: async () => true,
      areModelsExchanged: async () => true,
      areFieldsExchanged: async () => true,
      fillFor: async (_label, _name, { options }) => ({
        fill: () => filler(options["unique"] === true ? ++number : 7),
      }),
    },
  });
  const filler = (value: number) => value;
  let last = before.at(-1)?.key;
  return drafts.map(({ operations, app }) => {
    const name = String(++count).padStart(6, "0");
    const node = {
      key: `${app}.${name}`,
      app,
      name,
      file: undefined,
      migration: migration({ operations: optimize(operations, app), dependencies: last === undefined ? [] : [last] }),
    };
    last = node.key;
    return node;
  });
}

/** Two rows for each model, whose values are whole numbers, written as each field wants them. */
function rowsOf(models: ModelState[]) {
  return runCode(
    async ({ models: historical }) => {
      for (const { name, fields } of models) {
        const Model = historical.get(name);
        for (const number of [1, 2]) {
          const values = [...fields].flatMap(([fieldName, { type, to }]) =>
            type === "auto" || to !== undefined ? [] : [[fieldName, type === "int" ? number : String(number)]],
          );
          await Model.create(Object.fromEntries(values) as Record<string, unknown>);
        }
      }
      for (const { name, fields } of models) {
        const target = fields.get("links")?.to?.split(".")[1];
        if (target === undefined) continue;
        for (const row of await historical.get(name).all()) {
          const { links } = row as never as { links: { add(rows: object[]): Promise<void> } };
          await links.add([await historical.get(target).get({ id: row["id"] })]);
        }
      }
      for (const { name, fields } of models) {
        const reference = [...fields].find(([, { to, type }]) => to !== undefined && type !== "manyToMany")?.[0];
        if (reference === undefined) continue;
        for await (const row of historical.get(name).all()) {
          row[reference] = row["id"];
          await row.save();
        }
      }
    },
    { reverse: noop },
  );
}

/** What is in the tables of models, by model and field, as text. */
async function contents(models: ModelState[], nodes: readonly MigrationNode[]) {
  const historical = modelsAfter(nodes);
  const found = new Map<string, unknown[]>();
  for (const { name, fields } of models) {
    const schema = historical.schema(`shop.${name}`);
    const keys = [...fields].flatMap(([key, { type }]) => (type === "manyToMany" ? [] : [key]));
    const columns = keys.map((key) => `"${schema.field(key).column}"`);
    const { rows } = await databases.get().query(`SELECT ${columns.join(", ")} FROM "${schema.table}" ORDER BY id`);
    found.set(
      name,
      rows.map((row) => Object.fromEntries(keys.map((key, place) => [key, text(row[place])]))),
    );
  }
  return found;
}

/** How many links each model has. */
async function linkCounts(models: ModelState[], nodes: readonly MigrationNode[]) {
  const historical = modelsAfter(nodes);
  const counts = new Map<string, number>();
  for (const { name } of models) {
    for (const { links } of historical.schema(`shop.${name}`).manyToMany) {
      const { rows } = await databases.get().query(`SELECT near.id FROM "${links.schema.table}" near`);
      counts.set(name, rows.length);
    }
  }
  return counts;
}

function text(value: unknown): string | null {
  return value === null || value === undefined ? null : `${value as string | number}`;
}

/** Leaves nothing in the database. */
async function clear(): Promise<void> {
  const database = databases.get();
  if (database.engine === "postgres") {
    await database.query("DROP SCHEMA public CASCADE", [], { hasRows: false });
    await database.query("CREATE SCHEMA public", [], { hasRows: false });
    return;
  }
  await database.query("PRAGMA foreign_keys = OFF", [], { hasRows: false });
  for (const name of [...(await tables()).keys(), "hotclub_migrations"]) {
    await database.query(`DROP TABLE IF EXISTS "${name}"`, [], { hasRows: false });
  }
  await database.query("PRAGMA foreign_keys = ON", [], { hasRows: false });
}

describe.each(engines.filter(({ name }) => name === "sqlite" || name === "postgres"))(
  "random models on $name",
  (engine) => {
    withDatabase(engine);

    test(
      "go from one set to another and back, keep their rows, and end as if they had been made so",
      { timeout: 120_000 },
      async () => {
        await fc.assert(
          fc.asyncProperty(someModels, someModels, async (one, two) => {
            await clear();
            const [from, to] = [statesOf(one), statesOf(two)];
            const start = await migrationsBetween([], [], from);
            const filled = nodesOf({
              [`shop.${String(++count).padStart(6, "0")}`]: {
                operations: [rowsOf(from)],
                dependencies: [start.at(-1)?.key ?? ""],
              },
            });
            const there = await migrationsBetween([...start, ...filled], from, to);
            const history = [...start, ...filled, ...there];
            await migrate(history);
            const reached = await tables();
            const before = await contents(to, history);
            const back = await migrationsBetween(history, to, from);
            await migrate([...history, ...back]);
            const returned = await tables();
            const after = await contents(from, [...history, ...back]);
            const links = await linkCounts(from, [...history, ...back]);
            // Rows of models that both sets have are all there, and what was in fields that never went away too.
            for (const { name, fields } of from) {
              const other = to.find((model) => model.name === name);
              if (other === undefined) continue;
              expect(before.get(name)).toHaveLength(2);
              expect(after.get(name)).toHaveLength(2);
              for (const [place, row] of (after.get(name) as Record<string, string | null>[]).entries()) {
                for (const key of fields.keys()) {
                  if (key === "id" || !other.fields.has(key)) continue;
                  const isSame = other.fields.get(key)?.to === fields.get(key)?.to;
                  if (key === "links") {
                    if (isSame) expect(links.get(name)).toBeGreaterThanOrEqual(2);
                    continue;
                  }
                  if (isSame) expect(row[key]).toBe(String(place + 1));
                }
              }
            }
            for (const [models, found] of [
              [from, returned],
              [to, reached],
            ] as const) {
              const fresh = await migrationsBetween([], [], models);
              await clear();
              await migrate(fresh);
              expect(found).toEqual(await tables());
            }
          }),
          { numRuns: Number(process.env["RANDOM_RUNS"] ?? 25) },
        );
      },
    );
  },
);
