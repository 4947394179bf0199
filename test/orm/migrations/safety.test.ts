import {
  addConstraint,
  addField,
  addIndex,
  addIndexConcurrently,
  alterField,
  checkSafety,
  createModel,
  deleteModel,
  describeProblem,
  field,
  index,
  noop,
  ProjectState,
  removeField,
  renameField,
  renameModel,
  runCode,
  runSql,
  unique,
  type Operation,
} from "hotclub/orm";
import { expect, test } from "vitest";

const room = createModel("Room", {
  fields: {
    id: field.auto(),
    slug: field.slug(),
    size: field.int({ null: true }),
    title: field.char({ maxLength: 20 }),
  },
});
const before = new ProjectState();
room.changeState("chat", before);

function problemsOf(operations: readonly Operation[], engine = "postgres", safe?: string) {
  return checkSafety([{ app: "chat", key: "chat.0002", migration: { operations, safe } }], before, engine);
}

test.each<[string, Operation, readonly string[]]>([
  ["a field that may be null", addField("Room", "x", field.text({ null: true })), []],
  ["a field that may not be null", addField("Room", "x", field.text(), { fill: "" }), ["breaks"]],
  ["a field that the database fills", addField("Room", "x", field.text({ dbDefault: "" })), []],
  [
    "a field that is filled row by row",
    addField("Room", "x", field.uuid({ null: true }), { fill: () => "" }),
    ["locks"],
  ],
  ["a unique field", addField("Room", "x", field.text({ null: true, unique: true })), ["locks"]],
  [
    "a foreign key",
    addField("Room", "x", field.foreignKey("chat.Room", { null: true, onDelete: "cascade", dbIndex: false })),
    ["locks"],
  ],
  ["a field that goes", removeField("Room", "slug"), ["breaks"]],
  ["a field with another name", renameField("Room", "slug", "name"), ["breaks"]],
  ["a model with another name", renameModel("Room", "Hall"), ["breaks"]],
  ["a model that goes", deleteModel("Room"), ["breaks"]],
  ["another type", alterField("Room", "size", field.text({ null: true })), ["locks"]],
  ["longer text", alterField("Room", "title", field.char({ maxLength: 40 })), []],
  ["shorter text", alterField("Room", "title", field.char({ maxLength: 4 })), ["locks"]],
  ["a field that may no longer be null", alterField("Room", "size", field.int()), ["locks"]],
  ["an index", addIndex("Room", index("size")), ["locks"]],
  ["an index while it is written to", addIndexConcurrently("Room", index("size")), []],
  ["a constraint", addConstraint("Room", unique("slug", "size")), ["locks"]],
  ["SQL", runSql("SELECT 1"), ["locks"]],
])("%s", (_, operation, kinds) => {
  const problems = problemsOf([operation]);
  expect(problems.map(({ kind }) => kind)).toEqual(kinds);
  for (const problem of problems) expect(describeProblem(problem)).toMatch(/^chat\.0002: .+: .+\. Instead:\n {4}1\. /);
});

test("a table that the same migrations make is in nobody's use", () => {
  const note = createModel("Note", { fields: { id: field.auto() } });
  expect(problemsOf([note, addField("Note", "x", field.text(), { fill: "" }), addIndex("Note", index("id"))])).toEqual(
    [],
  );
});

test("code among other operations keeps what they lock", () => {
  expect(problemsOf([addField("Room", "x", field.text({ null: true })), runCode(noop)])).toHaveLength(1);
  expect(problemsOf([runCode(noop)])).toEqual([]);
});

test("nothing is said of a migration whose author looked, and of locks on SQLite", () => {
  expect(problemsOf([addIndex("Room", index("size"))], "postgres", "ten rows")).toEqual([]);
  expect(problemsOf([addIndex("Room", index("size")), removeField("Room", "slug")], "sqlite")).toHaveLength(1);
});
