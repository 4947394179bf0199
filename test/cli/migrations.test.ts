import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { PassThrough } from "node:stream";

import type { Command } from "commander";
import { field } from "hotclub/orm";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

import { InteractiveQuestioner } from "../../src/cli/migrations/interactive-questioner.js";
import { makeMigrationsCommand } from "../../src/cli/migrations/make-migrations-command.js";
import { migrateCommand } from "../../src/cli/migrations/migrate-command.js";
import { optimizeMigrationCommand } from "../../src/cli/migrations/optimize-migration-command.js";
import { showMigrationsCommand } from "../../src/cli/migrations/show-migrations-command.js";
import { sqlMigrateCommand } from "../../src/cli/migrations/sql-migrate-command.js";
import { squashMigrationsCommand } from "../../src/cli/migrations/squash-migrations-command.js";
import { scratch } from "../project/scratch.js";

const commands: Readonly<Record<string, () => Command>> = {
  makemigrations: makeMigrationsCommand,
  migrate: migrateCommand,
  showmigrations: showMigrationsCommand,
  sqlmigrate: sqlMigrateCommand,
  squashmigrations: squashMigrationsCommand,
  optimizemigration: optimizeMigrationCommand,
};

let directory = "";
let version = 0;

beforeEach(async () => {
  directory = await scratch();
  version = 0;
  vi.stubEnv("DATABASE_URL", `sqlite:${join(directory, "db.sqlite3")}`);
  vi.stubEnv("SECRET_KEY", "k".repeat(32));
});
afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  process.exitCode = undefined;
});

/** Writes the project with these models; a file that was loaded once is not loaded again, so that it has a new name. */
async function models(...declared: string[]): Promise<void> {
  version++;
  const names = declared.map((one) => /class (\w+)/.exec(one)?.[1]);
  const text = `
    import { defineProject, defineSettings } from "hotclub";
    import { f, Model, meta, index, unique } from "hotclub/orm";
    ${declared.join("\n")}
    export default defineProject({
      name: "chat",
      settings: defineSettings(),
      models: [${names.join(", ")}],
      migrations: new URL("./migrations${generation}/", import.meta.url),
    });`;
  await writeFile(join(directory, `project${version}.js`), text);
}

let generation = "";

/** Read by a function: the compiler takes it for what was written last. */
function exitCode(): number {
  return Number(process.exitCode ?? 0);
}

/** A command with what it prints and its exit code. What it throws is thrown. */
async function run(line: string): Promise<{ readonly printed: string; readonly code: number }> {
  const [name = "", ...args] = line.split(" ");
  const lines: string[] = [];
  const spy = vi.spyOn(process.stdout, "write").mockImplementation((text) => lines.push(String(text)) > 0);
  process.exitCode = undefined;
  try {
    const command = commands[name]?.();
    if (command === undefined) throw new Error(`There is no command ${name}.`);
    command.exitOverride();
    await command.parseAsync([...args, "--project", join(directory, `project${version}.js`)], { from: "user" });
  } finally {
    spy.mockRestore();
  }
  const code = exitCode();
  process.exitCode = undefined;
  return { printed: lines.join(""), code };
}

async function printed(line: string): Promise<string> {
  return (await run(line)).printed;
}

const files = async () => (await readdir(join(directory, `migrations${generation}`))).sort();
const text = (file: string) => readFile(join(directory, `migrations${generation}`, file), "utf8");

const room = "class Room extends Model { slug = f.slug({ unique: true }); }";
const roomWithTopic = 'class Room extends Model { slug = f.slug({ unique: true }); topic = f.text({ default: "" }); }';

/** Two migrations: the room, and its topic. */
async function twoMigrations(): Promise<void> {
  await models(room);
  await run("makemigrations");
  await models(roomWithTopic);
  await run("makemigrations");
}

describe("makemigrations", () => {
  test("writes what is missing, and nothing the second time", async () => {
    await models(room);
    expect(await printed("makemigrations")).toMatch(/^chat: 0001_initial .*\n {2}\+ Create model Room\n$/);
    expect(await files()).toEqual(["0001_initial.ts"]);
    expect(await printed("makemigrations chat")).toBe("The migrations lead to the models as they are.\n");
  });

  test("--check writes nothing, and exits with 1 where something is missing", async () => {
    await models(room);
    expect((await run("makemigrations --check")).code).toBe(1);
    await expect(files()).rejects.toThrow("ENOENT");
    await run("makemigrations");
    expect((await run("makemigrations --check")).code).toBe(0);
  });

  test("--dry-run prints the file", async () => {
    await models(room);
    expect(await printed("makemigrations --dry-run")).toContain('createModel("Room", {');
    await expect(files()).rejects.toThrow("ENOENT");
  });

  test("--name names it, --empty makes one to be filled in by hand", async () => {
    await models(room);
    await run("makemigrations -n start");
    await run("makemigrations --empty chat --name by_hand");
    expect(await files()).toEqual(["0001_start.ts", "0002_by_hand.ts"]);
    expect(await text("0002_by_hand.ts")).toContain("operations: [],");
    await expect(run("makemigrations --empty nobody")).rejects.toThrow('The app "nobody" is not installed');
  });

  test("--no-input refuses to guess, --rename and --fill answer, --no-renames too", async () => {
    await models(room);
    await run("makemigrations");
    await models("class Room extends Model { name = f.slug({ unique: true }); size = f.int(); }");
    const rename = "Say --rename chat.Room.slug:name, or --no-renames.";
    await expect(run("makemigrations --no-input")).rejects.toThrow(rename);
    await expect(run("makemigrations --noinput")).rejects.toThrow(rename);
    await expect(run("makemigrations --no-input --no-renames")).rejects.toThrow("Say --fill chat.Room.name=VALUE");
    const answered = await printed("makemigrations --no-input --rename chat.Room.slug:name --fill chat.Room.size=4");
    expect(answered).toContain("~ Rename field slug of Room to name\n  + Add field size to Room");
    expect((await files())[1]).toBe("0002_rename_slug_room_name_room_size.ts");
    expect(await text((await files())[1] ?? "")).toContain('addField("Room", "size", field.int(), { fill: 4 })');
    await expect(run("makemigrations --rename nonsense")).rejects.toThrow("It must be app.Model:NewName");
  });

  test("an answer that fits nothing, as a misspelt one, is refused with what may have been meant", async () => {
    await models(room);
    await run("makemigrations");
    await models("class Room extends Model { name = f.slug({ unique: true }); size = f.int({ null: true }); }");
    const refused: readonly (readonly [answers: string, problem: string])[] = [
      ["--rename chat.Room.slgu:name", "the migrations know no field chat.Room.slgu. Did you mean slug?"],
      ["--rename chat.Room.slug:nmae", "chat.Room has no field nmae. Did you mean name?"],
      ["--rename chat.Rom.slug:name", "there is no model chat.Rom. Did you mean chat.Room?"],
      ["--rename chat.Roam:Hall", "the migrations know no model chat.Roam. Did you mean chat.Room?"],
      ["--rename chat.Room:Hall", "there is no model chat.Hall."],
      ["--rename chat.Room.id:size", "chat.Room.id is still there"],
      ["--fill chat.Room.sise=1", "chat.Room has no field sise. Did you mean size?"],
      ["--fill chat.Room.name=1", "no rows need a value for chat.Room.name"],
    ];
    for (const [answers, problem] of refused) {
      const others = answers.startsWith("--rename chat.Room.slug") ? "--no-renames" : "--rename chat.Room.slug:name";
      const isForName = answers.includes("slug:nmae") ? " --fill chat.Room.name=a" : "";
      await expect(run(`makemigrations --no-input ${others} ${answers}${isForName}`)).rejects.toThrow(problem);
    }
    expect(await files()).toEqual(["0001_initial.ts"]);
    // What is said wins over a default that would do.
    await models("class Room extends Model { slug = f.slug({ unique: true }); size = f.int({ default: 1 }); }");
    await run("makemigrations --no-input --fill chat.Room.size=4");
    expect(await text("0002_room_size.ts")).toContain("{ fill: 4 }");
  });

  test("--update adds to the last migration, which keeps what it says besides", async () => {
    await models(room);
    await run("makemigrations");
    const first = await text("0001_initial.ts");
    await writeFile(
      join(directory, "migrations", "0001_initial.ts"),
      first.replace("operations:", 'safe: "nobody uses it yet",\n  operations:'),
    );
    await models(roomWithTopic);
    expect(await printed("makemigrations --update")).toContain("chat: 0001_initial");
    expect(await files()).toEqual(["0001_initial.ts"]);
    const updated = await text("0001_initial.ts");
    expect(updated).toContain('topic: field.text({ default: "" })');
    expect(updated).toContain('safe: "nobody uses it yet"');
    expect(updated).not.toContain("addField");
  });

  test("--merge joins two ends, and says where both touch the same thing", async () => {
    await twoMigrations();
    const topic = await text("0002_room_topic.ts");
    await writeFile(join(directory, "migrations", "0002_room_size.ts"), topic.replaceAll("topic", "size"));
    await expect(run("makemigrations --check")).rejects.toThrow("run hotclub makemigrations --merge");
    await expect(run("migrate")).rejects.toThrow("has 2 migrations that nothing comes after");
    expect(await printed("makemigrations --merge")).toContain("0003_merge_0002_0002");
    await models(
      'class Room extends Model { slug = f.slug({ unique: true }); topic = f.text({ default: "" }); size = f.text({ default: "" }); }',
    );
    expect((await run("makemigrations --check")).code).toBe(0);
    await rm(join(directory, "migrations", "0003_merge_0002_0002.ts"));
    for (const size of [30, 40]) {
      const operation = `alterField("Room", "slug", field.slug({ maxLength: ${size}, unique: true })),`;
      const altered = topic.replace("addField", "alterField").replace(/addField\(.*\),/, operation);
      await writeFile(join(directory, "migrations", `0002_slug_${size}.ts`), altered);
    }
    await expect(run("makemigrations --merge")).rejects.toThrow("Both change chat.Room.slug");
    expect(await printed("makemigrations --merge --force -n joined")).toContain("0003_joined");
  });
});

describe("migrate", () => {
  test("applies all, goes to one, back to zero, and says when there is nothing to do", async () => {
    await twoMigrations();
    expect(await printed("migrate")).toMatch(
      /chat\.0001_initial done in \d+ ms\nchat\.0002_room_topic done in \d+ ms\n/,
    );
    expect(await printed("migrate")).toBe("Nothing to do.\n");
    expect(await printed("migrate chat 0001")).toMatch(/^chat\.0002_room_topic \(back\) done/);
    expect(await printed("migrate chat zero")).toMatch(/^chat\.0001_initial \(back\) done/);
    expect(await printed("migrate chat --noinput")).toContain("0002_room_topic done");
    await expect(run("migrate chat 0009")).rejects.toThrow("no migration that begins with");
  });

  test("--plan and --check do nothing; --check exits with 1 where there is something to do", async () => {
    await twoMigrations();
    const plan = await run("migrate --plan");
    expect(plan).toEqual({
      printed: "chat.0001_initial\n  Create model Room\nchat.0002_room_topic\n  Add field topic to Room\n",
      code: 0,
    });
    expect((await run("migrate --check")).code).toBe(1);
    expect(await printed("showmigrations")).toContain("[ ] 0001_initial");
    await run("migrate");
    expect((await run("migrate --check")).code).toBe(0);
    expect(await printed("migrate chat zero --plan")).toContain(
      "chat.0002_room_topic (back)\n  Undo: Add field topic to Room",
    );
  });

  test("--fake writes down only, --fake-initial where the tables are there", async () => {
    await twoMigrations();
    await run("migrate chat 0001");
    await run("migrate chat zero --fake");
    expect(await printed("showmigrations chat")).toBe("chat\n  [ ] 0001_initial\n  [ ] 0002_room_topic\n");
    await expect(run("migrate")).rejects.toThrow("0001_initial failed at operation 1 of 1");
    expect(await printed("migrate --fake-initial")).toMatch(/0001_initial written down .*\nchat\.0002_room_topic done/);
    await run("migrate chat 0001");
    expect(await printed("migrate --fake --lock-timeout 50")).toContain("0002_room_topic written down");
  });

  test("--check-safety names what breaks code that runs, and exits with 1", async () => {
    await models(room);
    await run("makemigrations");
    await run("migrate");
    await models("class Room extends Model { slug = f.slug({ unique: true }); size = f.int(); }");
    await run("makemigrations --fill chat.Room.size=0");
    const unsafe = await run("migrate --check-safety");
    expect(unsafe.code).toBe(1);
    expect(unsafe.printed).toContain("inserts rows of Room without size, which are refused");
    await run("migrate");
    expect((await run("migrate --check-safety")).code).toBe(0);
  });

  test("--prune forgets migrations that are gone, once a squashed one stands for them", async () => {
    await twoMigrations();
    await run("migrate");
    await run("squashmigrations chat 0002 --squashed-name all");
    for (const gone of ["0001_initial.ts", "0002_room_topic.ts"]) await rm(join(directory, "migrations", gone));
    await expect(run("migrate --prune")).rejects.toThrow("must be named");
    await expect(run("migrate chat --prune")).rejects.toThrow("run hotclub migrate first");
    await run("migrate");
    expect(await printed("migrate chat --prune")).toBe("Forgot chat.0001_initial\nForgot chat.0002_room_topic\n");
    expect(await printed("migrate chat --prune")).toBe("Nothing to forget.\n");
    expect(await printed("migrate")).toBe("Nothing to do.\n");
    expect(await printed("showmigrations")).toBe("chat\n  [X] 0001_all (2 squashed)\n");
  });

  test("--database is about another database, under a name of its own where it has one", async () => {
    await twoMigrations();
    const other = `sqlite:${join(directory, "other.sqlite3")}`;
    expect(await printed(`migrate --database archive=${other}`)).toContain("0002_room_topic done");
    expect(await printed("showmigrations")).toContain("[ ] 0001_initial");
    expect(await printed(`showmigrations --list --database ${other}`)).toContain("[X] 0002_room_topic");
    expect(await printed(`sqlmigrate chat 0001 --database ${other}`)).toContain('CREATE TABLE "chat_room"');
    await expect(run("migrate --database nonsense")).rejects.toThrow("It must be a URL");
  });
});

describe("the commands that look at migrations and rewrite them", () => {
  test("showmigrations lists them, --plan in order with what each comes after", async () => {
    await twoMigrations();
    await run("migrate chat 0001");
    expect(await printed("showmigrations")).toBe("chat\n  [X] 0001_initial\n  [ ] 0002_room_topic\n");
    expect(await printed("showmigrations chat --plan")).toBe(
      "[X] chat.0001_initial\n[ ] chat.0002_room_topic (after chat.0001_initial)\n",
    );
    await expect(run("showmigrations nobody")).rejects.toThrow('The app "nobody" is not installed');
  });

  test("sqlmigrate prints the SQL, and with --backwards what takes it back", async () => {
    await twoMigrations();
    const forwards = await printed("sqlmigrate chat 0002");
    expect(forwards).toMatch(/^BEGIN;\n-- Add field topic to Room\n[^]*COMMIT;\n$/);
    expect(await printed("sqlmigrate chat 0001 --backwards")).toContain('DROP TABLE "chat_room"');
  });

  test("squashmigrations writes one that stands for several", async () => {
    await twoMigrations();
    expect(await printed("squashmigrations chat 0001 0002 --dry-run")).toContain(
      "2 migrations with 2 operations become one with 1",
    );
    expect(await printed("squashmigrations chat 0002 --no-optimize --dry-run")).toContain("become one with 2");
    await run("squashmigrations chat 0002 --no-input");
    expect((await files())[1]).toBe("0001_squashed_0002_room_topic.ts");
    expect(await text("0001_squashed_0002_room_topic.ts")).toContain(
      'replaces: ["chat.0001_initial", "chat.0002_room_topic"]',
    );
    expect(await printed("migrate")).toMatch(/^chat\.0001_squashed_0002_room_topic done in \d+ ms\n$/);
  });

  test("optimizemigration puts operations together, --check only says so", async () => {
    await models(room);
    await run("makemigrations");
    const first = await text("0001_initial.ts");
    generation = "2";
    await models(room);
    const longer = first
      .replace("import { createModel", "import { addField, createModel")
      .replace("migration({", "migration({\n  atomic: false,")
      .replace(/\n {2}\],\n/, '\n    addField("Room", "topic", field.text({ default: "" })),\n  ],\n');
    await run("makemigrations");
    await rm(join(directory, "migrations2", "0001_initial.ts"));
    await writeFile(join(directory, "migrations2", "0001_long.ts"), longer);
    const checked = await run("optimizemigration chat 0001 --check");
    expect(checked).toEqual({ printed: "chat.0001_long can be shorter.\n", code: 1 });
    expect(await text("0001_long.ts")).toBe(longer);
    expect((await run("optimizemigration chat 0001")).code).toBe(0);
    const shorter = await text("0001_long.ts");
    expect(shorter).toContain("atomic: false,");
    expect(shorter).not.toContain("addField");
    generation = "";
  });
});

describe("the questioner at the terminal", () => {
  /** Answers each prompt that comes with the next of `answers`; gives all that was asked. */
  async function ask<T>(
    answers: readonly string[],
    question: (questioner: InteractiveQuestioner) => Promise<T>,
  ): Promise<{ readonly answer: T; readonly asked: string }> {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const waiting = [...answers];
    let asked = "";
    output.on("data", (chunk: Buffer) => {
      asked += String(chunk);
      if (/(: |\[y\/N\] )$/.test(asked) && waiting.length > 0) input.write(`${waiting.shift()}\n`);
    });
    const questioner = new InteractiveQuestioner(input, output);
    try {
      return { answer: await question(questioner), asked };
    } finally {
      questioner.close();
    }
  }

  test("asks about renames and exchanges, and takes enter for no", async () => {
    const model = await ask(["y"], (one) => one.isModelRenamed("chat", "Room", "Hall"));
    expect(model).toMatchObject({ answer: true, asked: "Was the model chat.Room renamed to Hall? [y/N] " });
    expect((await ask(["yes"], (one) => one.isFieldRenamed("chat.Room", "a", "b"))).answer).toBe(true);
    expect((await ask([""], (one) => one.isFieldRenamed("chat.Room", "a", "b"))).answer).toBe(false);
    const models = await ask(["Y"], (one) => one.areModelsExchanged("chat", "Room", "Hall"));
    expect(models).toMatchObject({ answer: true });
    expect(models.asked).toContain("Have the models chat.Room and chat.Hall exchanged their names?");
    const fields = await ask(["n"], (one) => one.areFieldsExchanged("chat.Room", "a", "b"));
    expect(fields).toMatchObject({ answer: false });
    expect(fields.asked).toContain("Have the fields a and b of chat.Room exchanged their names?");
  });

  test("asks what rows get until it is JSON, none, quit, or enter for the time", async () => {
    const given = await ask(["words", '"words"'], (one) => one.fillFor("chat.Room", "topic", field.text(), "added"));
    expect(given.answer).toEqual({ fill: "words" });
    expect(given.asked).toContain(
      "chat.Room.topic is new and may not be null. What do rows get that are there already?",
    );
    expect(given.asked).toContain("That is no JSON");
    const none = await ask(["none"], (one) => one.fillFor("chat.Room", "topic", field.text(), "notNull"));
    expect(none.answer).toBeUndefined();
    expect(none.asked).toContain("may no longer be null");
    const at = field.dateTime({ autoNowAdd: true });
    const now = await ask([""], (one) => one.fillFor("chat.Room", "at", at, "added"));
    expect(typeof now.answer?.fill).toBe("function");
    await expect(ask(["quit"], (one) => one.fillFor("chat.Room", "topic", field.text(), "added"))).rejects.toThrow(
      "Give it a default, or null: true.",
    );
  });
});
