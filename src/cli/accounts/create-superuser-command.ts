import { Command, InvalidArgumentError, Option } from "commander";

import { userModel, type UserModelClass, UserInvalid } from "../../auth/index.js";
import { boot } from "../../project/index.js";
import { findProjectFile, loadProject } from "../load-project.js";
import { type ProjectOptions, withProjectOption } from "../options.js";
import { askPassword } from "./ask-password.js";
import { Terminal } from "./terminal.js";

interface Options extends ProjectOptions {
  readonly username?: string;
  readonly email?: string;
  readonly set: Readonly<Record<string, string>>;
  readonly input: boolean;
}

/** `hotclub createsuperuser` */
export function createSuperuserCommand(): Command {
  return withProjectOption(new Command("createsuperuser"))
    .description("Make a user who may do everything.")
    .addOption(new Option("--username <name>", "what she logs in with").env("HOTCLUB_SUPERUSER_USERNAME"))
    .addOption(new Option("--email <address>", "her e-mail address").env("HOTCLUB_SUPERUSER_EMAIL"))
    .addOption(
      new Option("--set <field=value>", "another field of the user model; may be given several times")
        .argParser(addField)
        .default({}, "none"),
    )
    .addOption(new Option("--no-input", "ask nothing; the password is HOTCLUB_SUPERUSER_PASSWORD, or none"))
    .action(async (options: Options) => {
      const running = await boot(await loadProject(findProjectFile(options.project)));
      try {
        await createSuperuser(options);
      } finally {
        await running.close();
      }
    });
}

function addField(text: string, before: Readonly<Record<string, string>>): Record<string, string> {
  const [, field, value] = /^(\w+)=(.*)$/s.exec(text) ?? [];
  if (field === undefined || value === undefined) throw new InvalidArgumentError("It must be FIELD=VALUE.");
  return { ...before, [field]: value };
}

async function createSuperuser(options: Options): Promise<void> {
  const model = userModel();
  const values = givenValues(model, options);
  const terminal = options.input ? new Terminal() : undefined;
  try {
    for (const field of new Set([model.usernameField, ...model.requiredFields])) {
      if (values[field] !== undefined) continue;
      if (terminal !== undefined) values[field] = await terminal.ask(`${inWords(field)}: `);
      else if (field === model.usernameField)
        throw new UserInvalid({ problem: `she has no ${field}; give --username, or leave --no-input out` });
    }
    const password =
      process.env["HOTCLUB_SUPERUSER_PASSWORD"] ?? (terminal && (await askPassword(terminal, values))) ?? null;
    const made = await (model as unknown as SuperuserMaker).createSuperuser({ ...values, password });
    process.stdout.write(`Made the superuser ${made.loginName}.\n`);
    if (password === null) process.stdout.write("She has no password: give her one with hotclub changepassword.\n");
  } finally {
    terminal?.close();
  }
}

interface SuperuserMaker {
  createSuperuser(values: object): Promise<{ readonly loginName: string }>;
}

function givenValues(
  { usernameField, emailField }: UserModelClass,
  { username, email, set }: Options,
): Record<string, string> {
  return {
    ...set,
    ...(emailField !== undefined && email !== undefined && { [emailField]: email }),
    ...(username !== undefined && { [usernameField]: username }),
  };
}

/** `firstName` as `First name`. */
function inWords(field: string): string {
  const words = field.replaceAll(/([\p{Ll}\d])(\p{Lu})/gu, "$1 $2").toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
