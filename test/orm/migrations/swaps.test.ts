import { join } from "node:path";
import { pathToFileURL } from "node:url";

import { type AppConfig, defineApp } from "hotclub/core";
import {
  createModel,
  f,
  field,
  installModels,
  loadProjectMigrations,
  makeMigrations,
  meta,
  migrate,
  MigrationGraph,
  Model,
  type ModelClass,
  modelsOf,
  type NewMigration,
  RefusingQuestioner,
  renameModel,
  separateDatabaseAndState,
  swappable,
  swappableModel,
  writeMigrationFiles,
} from "hotclub/orm";
import { describe, expect, test } from "vitest";

import { scratch } from "../../project/scratch.js";
import { engines } from "../engines.js";
import { nodesOf, tables, withDatabase } from "./history.js";

const source = pathToFileURL(join(process.cwd(), "src/orm/index.ts")).href;

async function make(apps: readonly AppConfig[]): Promise<NewMigration[]> {
  const written = await makeMigrations(await loadProjectMigrations(apps), { questioner: new RefusingQuestioner() });
  await writeMigrationFiles(written.map(({ file, text }) => ({ file, text: text.replace("hotclub/orm", source) })));
  return written;
}

/** Two apps that are for everybody: one has users, the other one's entries lead to them, whatever they are. */
function reusable(directory: string): { accounts: AppConfig; journal: AppConfig } {
  class Group extends Model {
    name = f.text();
  }
  class User extends Model {
    name = f.char({ maxLength: 40 });
    groups = f.manyToMany(() => Group);
    static meta = meta({ swappable: true });
  }
  class Entry extends Model {
    text = f.text();
    user = f.foreignKey(() => swappableModel("accounts.User"), { onDelete: "cascade" });
  }
  const migrations = (app: string) => join(directory, app, "migrations");
  return {
    accounts: defineApp({ name: "accounts", models: [Group, User], migrations: migrations("accounts") }),
    journal: defineApp({ name: "journal", models: [Entry], migrations: migrations("journal") }),
  };
}

describe.each(engines.filter(({ name }) => name === "sqlite" || name === "postgres"))(
  "a model that may be swapped, on $name",
  (engine) => {
    withDatabase(engine);

    test("is named in migrations of other apps so that another can stand for it, which these then lead to", async () => {
      const directory = await scratch({ "accounts/migrations/.keep": "", "journal/migrations/.keep": "" });
      const plain = reusable(directory);
      installModels([plain.accounts, plain.journal]);
      expect(swappable("accounts.User")).toBe("accounts.User");
      const [users, entries] = await make([plain.accounts, plain.journal]);
      expect(users?.app).toBe("accounts");
      expect(entries?.text).toContain('dependencies: [swappable("accounts.User")],');
      expect(entries?.text).toContain('user: field.foreignKey(swappable("accounts.User"), { onDelete: "cascade" }),');

      class Member extends Model {
        nick = f.char({ maxLength: 40 });
        inviter = f.foreignKey(() => Member, { onDelete: "setNull", null: true });
      }
      const { accounts, journal } = reusable(directory);
      const migrations = join(await scratch({ "migrations/.keep": "" }), "migrations");
      const club = defineApp({ name: "club", models: [Member], migrations, swaps: { "accounts.User": Member } });
      const apps = [accounts, journal, club];
      expect(installModels(apps).map(({ name }) => name)).toEqual(["Group", "Entry", "Member"]);
      expect(swappableModel("accounts.User")).toBe(Member);
      expect(modelsOf(accounts).map(({ name }) => name)).toEqual(["Group"]);
      // What is swapped out is neither gone nor changed.
      expect((await make(apps)).map(({ app, name }) => [app, name])).toEqual([["club", "0001_initial"]]);
      expect(await make(apps)).toEqual([]);

      const { nodes } = await loadProjectMigrations(apps);
      const done = (await migrate(nodes)).map(({ node }) => node.key);
      expect(done.indexOf("club.0001_initial")).toBeLessThan(done.indexOf("journal.0001_initial"));
      const found = await tables();
      expect([...found.keys()].sort()).toEqual(["accounts_group", "club_member", "journal_entry"]);
      expect(JSON.stringify(found.get("journal_entry")?.foreignKeys)).toContain("club_member");
      await migrate(nodes, { app: "journal", name: "zero" });
      await migrate(nodes, { app: "accounts", name: "zero" });
      expect([...(await tables()).keys()]).toEqual(["club_member"]);
    });
  },
);

describe("what is swapped", () => {
  class User extends Model {
    name = f.text();
    static meta = meta({ swappable: true });
  }
  class Person extends Model {
    name = f.text();
  }
  class Owner extends Model {
    user = f.foreignKey(() => User, { onDelete: "cascade" });
  }
  const install = (swaps: Record<string, ModelClass>, models: readonly ModelClass[] = [Person]) => {
    const others = defineApp({ name: "people", models });
    return () =>
      installModels([defineApp({ name: "swapped", models: [User] }), others, defineApp({ name: "p", swaps })]);
  };

  test("must be there, must let itself be swapped, and its stand-in must be a model of the project", () => {
    expect(install({ "swapped.Usr": Person })).toThrow("stands for swapped.Usr, which no app of the project lists");
    expect(install({ "people.Person": User })).toThrow("people.Person, which does not let itself be swapped");
    expect(install({ "swapped.User": User })).toThrow("stands for swapped.User, which it is itself");
    expect(install({ "swapped.User": Owner })).toThrow("no app of the project lists it among its models");
    expect(() => swappableModel("swapped.Nobody")).toThrow("install the apps first");
  });

  test("cannot be led to directly any more", () => {
    expect(install({ "swapped.User": Person }, [Person, Owner])).toThrow(
      'let it lead to swappableModel("swapped.User")',
    );
  });
});

test("a dependency on a model means the migration that makes it, also by a rename or beside the database", () => {
  const person = createModel("Person", { fields: { id: field.auto() } });
  const order = (...makers: Parameters<typeof nodesOf>[0][]) => {
    const nodes = nodesOf({
      "a.0001_initial": { operations: [], dependencies: ["people.Human"] },
      ...Object.assign({}, ...makers),
    });
    return new MigrationGraph(nodes).nodes.map(({ key }) => key);
  };
  expect(
    order({
      "people.0001_initial": [person],
      "people.0002_rename": [renameModel("Person", "Human")],
      "people.0003": [],
    }),
  ).toEqual(["people.0001_initial", "people.0002_rename", "a.0001_initial", "people.0003"]);
  const human = createModel("Human", { fields: { id: field.auto() } });
  expect(order({ "people.0001_initial": [separateDatabaseAndState({ state: [human] })] })).toEqual([
    "people.0001_initial",
    "a.0001_initial",
  ]);
  expect(() => order({ "people.0001_initial": [person] })).toThrow("depends on people.Human, which is not there");
});
