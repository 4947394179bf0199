import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

import { expect, test } from "vitest";

import { HotclubProcess } from "../project/hotclub-process.js";
import { scratch } from "../project/scratch.js";

/** A project with these further fields in its one model. */
const project = (fields: string) => `
  import { defineProject, defineSettings } from "hotclub";
  import { f, index, meta, Model } from "hotclub/orm";
  class Tune extends Model {
    title = f.char({ maxLength: 40 });
    ${fields}
    static meta = meta({ indexes: [index("title")] });
  }
  export default defineProject({ name: "club", settings: defineSettings(), models: [Tune], migrations: new URL("./migrations/", import.meta.url) });
`;

/** A default of each kind that a field can have: the framework's own functions are what a bundler may write anew. */
const furtherFields = `
    madeAt = f.dateTime({ autoNowAdd: true });
    changedAt = f.dateTime({ autoNow: true });
    day = f.date({ autoNowAdd: true });
    hour = f.time({ autoNow: true });
    token = f.uuid({ auto: "v4" });
    late = f.uuid({ auto: "v7" });
    price = f.decimal({ maxDigits: 8, decimalPlaces: 2, default: "9.50" });
    notes = f.json({ default: () => ({ key: "A minor" }) });
    kind = f.char({ maxLength: 8, choices: { swing: "Swing", waltz: "Waltz" }, default: "swing" });
    source = f.foreignKey(() => Tune, { null: true, onDelete: "setNull" });
    likes = f.manyToMany(() => Tune);
`;

test("the command as it is built writes migrations for defaults of every kind, and the database follows", async () => {
  const directory = await scratch({ "project.ts": project("") });
  await mkdir(join(directory, "node_modules"));
  await symlink(fileURLToPath(new URL("../../", import.meta.url)), join(directory, "node_modules", "hotclub"));
  const run = async (...args: string[]) => {
    const command = new HotclubProcess(args, { directory });
    const code = await command.exited;
    if (code !== 0) throw new Error(`hotclub ${args.join(" ")} ended with ${code}: ${command.lines.join("\n")}`);
    return command.lines.join("\n");
  };
  await run("makemigrations", "--no-input");
  await run("migrate");
  await writeFile(join(directory, "project.ts"), project(furtherFields));
  await run("makemigrations", "--no-input");
  await run("makemigrations", "--check");
  await run("migrate");
  const code = `const tune = await Tune.create({ title: "Nuages" }); return [tune.price.toFixed(2), tune.kind, tune.notes.key, tune.madeAt instanceof Date].join()`;
  expect(await run("shell", "-c", code)).toContain("9.50,swing,A minor,true");
}, 120_000);
