import {
  addField,
  AppliedMigrations,
  createModel,
  field,
  MigrationConflict,
  MigrationGraph,
  type MigrationNode,
  noop,
  planMigrations,
  runCode,
} from "hotclub/orm";
import { describe, expect, test } from "vitest";

import { nodesOf } from "./history.js";

const room = createModel("Room", { fields: { id: field.auto() } });
const add = (name: string, options: object = {}) => addField("Room", name, field.text({ null: true, ...options }));

function applied(...keys: string[]): AppliedMigrations {
  return new AppliedMigrations(new Map(keys.map((key) => [key, { key, appliedAt: "2026-01-01", done: 0 }])));
}

function keysOf(nodes: readonly MigrationNode[]): string[] {
  return nodes.map(({ key }) => key);
}

describe("the graph of migrations", () => {
  const nodes = nodesOf({
    "b.0001": { operations: [], dependencies: ["a.0002"] },
    "a.0001": [room],
    "a.0002": [add("x")],
    "a.0003": [add("y")],
    "c.0001": {
      operations: [],
      runBefore: ["a.0003"],
      dependencies: ["b.__latest__", "a.__first__", "gone.__first__"],
    },
  });

  test("has each migration after what it depends on, in the same order everywhere", () => {
    const order = ["a.0001", "a.0002", "b.0001", "c.0001", "a.0003"];
    expect(keysOf(new MigrationGraph(nodes).nodes)).toEqual(order);
    expect(keysOf(new MigrationGraph(nodes.toReversed()).nodes)).toEqual(order);
  });

  test("plans what is missing, and the way to one migration, forward and backward", () => {
    const graph = new MigrationGraph(nodes);
    const plan = (done: AppliedMigrations, app?: string, name?: string) =>
      planMigrations(graph, done, { app, name }).map(({ node, direction }) => `${direction} ${node.key}`);
    expect(plan(applied("a.0001"), "a", "0002")).toEqual(["forward a.0002"]);
    expect(plan(applied("a.0001", "a.0002"), "b")).toEqual(["forward b.0001"]);
    const all = applied("a.0001", "a.0002", "a.0003", "b.0001", "c.0001");
    expect(plan(all)).toEqual([]);
    expect(plan(all, "a", "0002")).toEqual(["backward a.0003"]);
    expect(plan(all, "a", "0001")).toEqual([
      "backward a.0003",
      "backward c.0001",
      "backward b.0001",
      "backward a.0002",
    ]);
    expect(plan(all, "b", "zero")).toEqual(["backward a.0003", "backward c.0001", "backward b.0001"]);
    expect(() => plan(all, "a", "9")).toThrow('The app "a" has no migration that begins with "9".');
    expect(() => plan(all, "a", "000")).toThrow("Several migrations");
    expect(() => plan(all, "nobody")).toThrow("has no migrations");
  });

  test("refuses what is not there, and circles", () => {
    expect(() => new MigrationGraph(nodesOf({ "a.0001": { dependencies: ["b.0001"] } }))).toThrow(
      "a.0001 depends on b.0001, which is not there",
    );
    const circle = nodesOf({ "a.0001": { dependencies: ["b.0001"] }, "b.0001": { dependencies: ["a.0001"] } });
    expect(() => new MigrationGraph(circle)).toThrow("a.0001 -> b.0001 -> a.0001 depend on each other in a circle");
  });

  test("finds two ends of one app, and what both branches touch", () => {
    const branches = (one: ReturnType<typeof add>, two: ReturnType<typeof add>) =>
      new MigrationGraph(
        nodesOf({
          "a.0001": [room],
          "a.0002_one": { operations: [one], dependencies: ["a.0001"] },
          "a.0002_two": { operations: [two], dependencies: ["a.0001"] },
        }),
      );
    const conflict = (graph: MigrationGraph): MigrationConflict => {
      try {
        graph.refuseConflicts();
      } catch (thrown) {
        if (thrown instanceof MigrationConflict) return thrown;
      }
      throw new Error("There was no conflict.");
    };
    expect(conflict(branches(add("x"), add("y"))).message).toContain("run hotclub makemigrations --merge");
    expect(conflict(branches(add("x"), add("x"))).params.touching).toEqual(["a.Room.x"]);
    expect(conflict(branches(add("x"), runCode(noop))).params.touching).toHaveLength(1);
  });

  test("takes a squashed migration for those that it replaces, unless some of them are applied", () => {
    const squashed = nodesOf({
      "a.0001": [room],
      "a.0002": [add("x")],
      "a.0001_squashed": { operations: [room, add("x")], replaces: ["a.0001", "a.0002"], dependencies: [] },
      "a.0003": { operations: [add("y")], dependencies: ["a.0002"] },
    });
    expect(keysOf(new MigrationGraph(squashed).nodes)).toEqual(["a.0001_squashed", "a.0003"]);
    expect(keysOf(new MigrationGraph(squashed, new Set(["a.0001"])).nodes)).toEqual(["a.0001", "a.0002", "a.0003"]);
    const done = applied("a.0001", "a.0002");
    const graph = new MigrationGraph(squashed, done.keys);
    expect(planMigrations(graph, done).map(({ node }) => node.key)).toEqual(["a.0003"]);
    // The old files are gone, and what named them goes on.
    const later = squashed.filter(({ key }) => key !== "a.0001" && key !== "a.0002");
    expect(keysOf(new MigrationGraph(later).nodes)).toEqual(["a.0001_squashed", "a.0003"]);
  });

  test("plans 1,000 migrations of 100 apps, with all their models", () => {
    const many = Array.from({ length: 100 }, (_, app) =>
      Array.from({ length: 10 }, (_, number) => {
        const name = `000${number}`.slice(-4);
        const operations =
          number === 0
            ? [
                createModel("Room", { fields: { id: field.auto() } }),
                createModel("Message", { fields: { id: field.auto() } }),
              ]
            : [
                addField("Room", `f${number}`, field.text({ default: "" })),
                addField("Message", `f${number}`, field.int({ default: 0 })),
              ];
        const before = number === 0 ? [] : [`app${app}.${`000${number - 1}`.slice(-4)}`];
        const other = app > 0 ? [`app${app - 1}.${name}`] : [];
        return [`app${app}.${name}`, { operations, dependencies: [...before, ...other] }] as const;
      }),
    ).flat();
    const graph = new MigrationGraph(nodesOf(Object.fromEntries(many)));
    expect(planMigrations(graph, applied())).toHaveLength(1000);
    expect(graph.stateAfter().models.size).toBe(200);
  });
});
