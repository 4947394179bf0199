import { once } from "node:events";
import { start } from "node:repl";

import { Command, Option } from "commander";

import { modelsOf } from "../orm/index.js";
import { boot, type RunningProject } from "../project/index.js";
import { findProjectFile, loadProject } from "./load-project.js";
import { type ProjectOptions, withProjectOption } from "./options.js";

interface ShellOptions extends ProjectOptions {
  readonly command?: string;
}

/** `hotclub shell` */
export function shellCommand(): Command {
  return withProjectOption(new Command("shell"))
    .description("Talk to the project: its models, tasks, settings and channel layer are at hand.")
    .addOption(new Option("-c, --command <code>", "run this code, which may await, and print what it returns"))
    .action(async ({ project, command }: ShellOptions) => {
      const running = await boot(await loadProject(findProjectFile(project)));
      try {
        if (command === undefined) await converse(running);
        else await run(command, running);
      } finally {
        await running.close();
      }
    });
}

/** What code in the shell can name. */
function names(running: RunningProject): Record<string, unknown> {
  const all: Record<string, unknown> = {
    project: running.project,
    settings: running.project.settings,
    layer: running.layer,
  };
  for (const app of running.project.apps) {
    for (const model of modelsOf(app)) all[model.name] = model;
    for (const task of app.tasks ?? []) all[task.name.split(".").at(-1) ?? task.name] = task;
  }
  return all;
}

async function converse(running: RunningProject): Promise<void> {
  const shell = start({ prompt: `${running.project.name}> `, useGlobal: true });
  const given = names(running);
  Object.assign(shell.context, given);
  shell.setupHistory(".hotclub/shell-history", () => {});
  process.stdout.write(`${Object.keys(given).join(", ")}\n`);
  shell.displayPrompt();
  await once(shell, "exit");
}

async function run(code: string, running: RunningProject): Promise<void> {
  const given = names(running);
  const body = /^\s*(?:return|const|let|for|if|while|await\s+(?:using))\b|;/.test(code) ? code : `return (${code})`;
  const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor as FunctionConstructor;
  // The operator's own code, on the operator's own machine: the shell is for that.
  const work = new AsyncFunction(...Object.keys(given), body) as (...values: unknown[]) => Promise<unknown>;
  const outcome = await work(...Object.values(given));
  if (outcome !== undefined)
    process.stdout.write(`${typeof outcome === "string" ? outcome : JSON.stringify(outcome, null, 2)}\n`);
}
