import { describe, expect, it } from "vitest";

import { HotclubProcess } from "../project/hotclub-process.js";
import { builtIndex, scratch } from "../project/scratch.js";

const project = `
  import { defineProject, defineSettings, f, Model, task } from ${JSON.stringify(builtIndex)};
  class Note extends Model { text = f.text() }
  const shout = task("notes.shout", {}, async (_run, args: { text: string }) => args.text.toUpperCase());
  export default defineProject({ name: "notes", settings: defineSettings(), models: [Note], tasks: [shout] });
`;

async function shell(code: string): Promise<string> {
  const directory = await scratch({ "project.ts": project });
  const process = new HotclubProcess(["shell", "-c", code], { directory });
  expect(await process.exited).toBe(0);
  return process.lines.filter((line) => !line.startsWith("{")).join("\n");
}

describe("hotclub shell", () => {
  it("has the models at hand, and prints what the code gives", async () => {
    expect(await shell(`await Note.create({ text: "swing" }); return Note.filter({ text: "swing" }).count()`)).toBe(
      "1",
    );
  });

  it("has tasks and settings at hand", async () => {
    const code = `const handle = await shout.enqueue({ text: settings.host }); return (await handle.status()).state`;
    // It is in the database; the process that serves runs it.
    expect(await shell(code)).toBe("waiting");
  });
});
