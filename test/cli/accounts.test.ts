import { PassThrough } from "node:stream";

import { describe, expect, it } from "vitest";

import { askPassword } from "../../src/cli/accounts/ask-password.js";
import { Terminal } from "../../src/cli/accounts/terminal.js";
import { HotclubProcess } from "../project/hotclub-process.js";
import { builtIndex, scratch } from "../project/scratch.js";

const auth = builtIndex.replace("index.js", "auth/index.js");
const project = `
  import { defineProject, defineSettings } from ${JSON.stringify(builtIndex)};
  import { authApp } from ${JSON.stringify(auth)};
  export default defineProject({ name: "club", settings: defineSettings(), apps: [authApp] });
`;

describe("commands for users", () => {
  it("make a superuser, and give her another password, without a question", async () => {
    const directory = await scratch({ "project.ts": project });
    const run = async (args: string[], environment: Record<string, string> = {}) => {
      const command = new HotclubProcess(args, { directory, environment });
      return { code: await command.exited, text: command.lines.join("\n") };
    };
    const password = { HOTCLUB_SUPERUSER_PASSWORD: "manoir de mes reves" };
    const made = await run(
      ["createsuperuser", "--no-input", "--username", "django", "--email", "d@example.com"],
      password,
    );
    expect(made).toMatchObject({ code: 0, text: expect.stringContaining("Made the superuser django.") });
    const nameless = await run(["createsuperuser", "--no-input"], password);
    expect(nameless).toMatchObject({ code: 1, text: expect.stringContaining("give --username") });
    const changed = await run(["changepassword", "--no-input", "django"], { HOTCLUB_PASSWORD: "minor swing" });
    expect(changed).toMatchObject({ code: 0, text: expect.stringContaining("Changed the password of django.") });
    const code = `const user = await User.get({ username: "django" }); return [user.isSuperuser, user.isStaff, user.email, await user.checkPassword("minor swing")].join()`;
    expect((await run(["shell", "-c", code])).text).toContain("true,true,d@example.com,true");
    expect((await run(["changepassword", "--no-input", "nobody"], { HOTCLUB_PASSWORD: "x" })).text).toContain(
      "nobody logs in as",
    );
  }, 120_000);

  it("ask for a password without showing it, until it is a good one", async () => {
    const [input, output] = [new PassThrough(), new PassThrough({ encoding: "utf8" })];
    let shown = "";
    output.on("data", (text: string) => (shown += text));
    const terminal = new Terminal(input, output);
    const asked = askPassword(terminal, { username: "django" });
    const answers = [
      "one password",
      "another",
      "django12",
      "django12",
      "n",
      "manoir de mes reves",
      "manoir de mes reves",
    ];
    for (const answer of answers)
      input.write(`${answer}
`);
    expect(await asked).toBe("manoir de mes reves");
    terminal.close();
    expect(shown).toContain("not the same");
    expect(shown).toContain("too much like the user name");
    for (const secret of ["one password", "django12", "manoir"]) expect(shown).not.toContain(secret);
  });
});
