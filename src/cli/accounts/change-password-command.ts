import { Command, Option } from "commander";

import { userCalled, UserInvalid } from "../../auth/index.js";
import { boot } from "../../project/index.js";
import { findProjectFile, loadProject } from "../load-project.js";
import { type ProjectOptions, withProjectOption } from "../options.js";
import { askPassword } from "./ask-password.js";
import { Terminal } from "./terminal.js";

interface Options extends ProjectOptions {
  readonly input: boolean;
}

/** `hotclub changepassword NAME` */
export function changePasswordCommand(): Command {
  return withProjectOption(new Command("changepassword"))
    .description("Give a user another password; her sessions end by that, and her sockets are closed.")
    .argument("<name>", "what she logs in with")
    .addOption(new Option("--no-input", "ask nothing; the password is HOTCLUB_PASSWORD"))
    .action(async (name: string, options: Options) => {
      const running = await boot(await loadProject(findProjectFile(options.project)));
      try {
        await changePassword(name, options);
      } finally {
        await running.close();
      }
    });
}

async function changePassword(name: string, { input }: Options): Promise<void> {
  const user = await userCalled(name);
  if (user === undefined) throw new UserInvalid({ problem: `nobody logs in as ${JSON.stringify(name)}` });
  const terminal = input ? new Terminal() : undefined;
  try {
    const given = process.env["HOTCLUB_PASSWORD"];
    const password = given ?? (terminal && (await askPassword(terminal, user)));
    if (password === undefined) throw new UserInvalid({ problem: "HOTCLUB_PASSWORD is not set" });
    await user.setPassword(password);
    await user.save({ updateFields: ["password"] });
    process.stdout.write(`Changed the password of ${user.loginName}.\n`);
  } finally {
    terminal?.close();
  }
}
