import { parseArgs } from "node:util";

import type { BenchCase, Effort } from "./case.js";

/** What the command line asks for. */
export type BenchCommand =
  | ({
      readonly command: "run";
      readonly save?: string;
      readonly isOnlyMissing: boolean;
      readonly isProfiled: boolean;
    } & Chosen)
  | ({ readonly command: "compare"; readonly before: string; readonly after?: string } & Chosen)
  | { readonly command: "check"; readonly cases: readonly BenchCase[] }
  | { readonly command: "report"; readonly files: readonly string[]; readonly isDocs: boolean }
  | { readonly command: "help" };

/** Which cases, for how long, and how they are told. */
interface Chosen {
  readonly cases: readonly BenchCase[];
  readonly isQuick: boolean;
  readonly isJson: boolean;
  readonly seed: number;
  readonly effort: Partial<Effort>;
}

/** What the command line says is wrong; its message is all that is printed. */
export class BadUsage extends Error {}

export const usage = `npm run bench -- [options]              measure cases
npm run bench -- compare REF [REF]      measure them on two commits, or on one and what is here
npm run bench -- --check                only start every server and compare its answers
npm run bench -- report [FILE…]         a page of Markdown and one of HTML, of saved results (default: the newest)
npm run bench -- soak | drop            see bench/README.md

  --case NAME[,NAME]   these cases, or all of a folder (default: all)
  --quick              three short rounds, for a look
  --rounds N           how many rounds
  --seconds N          how long a round is
  --seed N             the luck of loads that have some (default: 1)
  --json               one JSON document on standard output
  --save FILE          keep the figures in FILE, after each case, beside those that it has
  --missing            with --save: only cases that FILE has no figures of, or of fewer or shorter rounds
  --profile            a profile of ours for each case, with a flame graph, beside FILE or in .build/profiles
  --docs               with report: renew the tables of figures in README.md and the docs
`;

/** Reads the arguments. Throws `BadUsage` when they make no sense. */
export function parseCommand(args: readonly string[], allCases: readonly BenchCase[]): BenchCommand {
  const { values, positionals } = parse(args);
  if (values.help) return { command: "help" };
  const [command = "run", ...names] = positionals;
  refuseForeign(values.check ? "check" : command, values);
  const chosen = (): Chosen => ({
    cases: chooseCases(values.case, allCases),
    isQuick: values.quick,
    isJson: values.json,
    seed: values.seed === undefined ? 1 : positive("seed", values.seed, { isWhole: true }),
    effort: {
      ...(values.rounds !== undefined && { rounds: positive("rounds", values.rounds, { isWhole: true, most: 1000 }) }),
      ...(values.seconds !== undefined && { secondsPerRound: positive("seconds", values.seconds, { most: 3600 }) }),
    },
  });
  if (command === "report") return { command, files: names, isDocs: values.docs };
  if (command === "compare") {
    const [before, after, ...more] = names;
    if (before === undefined || more.length > 0) {
      throw new BadUsage("compare wants one commit, or two: a branch, a tag or a hash.");
    }
    if (values.case === undefined) throw new BadUsage("compare wants --case: all of them take hours.");
    return { command, before, ...(after !== undefined && { after }), ...chosen() };
  }
  if (command !== "run" || names.length > 0) throw new BadUsage(`There is no command ${positionals.join(" ")}.`);
  if (values.check) return { command: "check", cases: chooseCases(values.case, allCases) };
  if (values.missing && values.save === undefined) throw new BadUsage("--missing wants --save FILE.");
  return {
    command: "run",
    ...(values.save !== undefined && { save: values.save }),
    isOnlyMissing: values.missing,
    isProfiled: values.profile,
    ...chosen(),
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        case: { type: "string" },
        quick: { type: "boolean", default: false },
        rounds: { type: "string" },
        seconds: { type: "string" },
        seed: { type: "string" },
        json: { type: "boolean", default: false },
        save: { type: "string" },
        missing: { type: "boolean", default: false },
        check: { type: "boolean", default: false },
        profile: { type: "boolean", default: false },
        docs: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
      },
    });
  } catch (error) {
    throw new BadUsage((error as Error).message, { cause: error });
  }
}

function chooseCases(names: string | undefined, allCases: readonly BenchCase[]): readonly BenchCase[] {
  if (names === undefined) return allCases;
  const wanted = names.split(",").map((name) => name.trim());
  const isCalled = ({ name, folder }: BenchCase, wantedName: string) => name === wantedName || folder === wantedName;
  const unknown = wanted.filter((name) => !allCases.some((benchCase) => isCalled(benchCase, name)));
  if (unknown.length > 0) {
    const known = allCases.map(({ name }) => name).join(", ");
    const which = unknown.map((name) => (name === "" ? "without a name" : name)).join(", ");
    throw new BadUsage(`There is no case ${which}. There are: ${known}.`);
  }
  return allCases.filter((benchCase) => wanted.some((name) => isCalled(benchCase, name)));
}

function positive(
  option: string,
  text: string,
  { isWhole = false, most = Number.MAX_SAFE_INTEGER }: { readonly isWhole?: boolean; readonly most?: number },
): number {
  const value = Number(text);
  if (value > 0 && value <= most && (!isWhole || Number.isSafeInteger(value))) return value;
  const upTo = most === Number.MAX_SAFE_INTEGER ? "" : ` and at most ${most}`;
  throw new BadUsage(`--${option} must be a ${isWhole ? "whole " : ""}number above 0${upTo}, not ${text}.`);
}

const efforts = ["case", "quick", "rounds", "seconds", "seed", "json"];
/** The options of each command. */
const optionsOf: Readonly<Record<string, readonly string[]>> = {
  run: [...efforts, "save", "missing", "profile"],
  compare: efforts,
  check: ["check", "case"],
  report: ["docs"],
};

/** An option that would change nothing is an error, not a hope that is let down. */
function refuseForeign(command: string, values: Readonly<Record<string, string | boolean | undefined>>): void {
  const own = optionsOf[command];
  const given = Object.keys(values).filter((name) => values[name] !== undefined && values[name] !== false);
  const foreign = own === undefined ? undefined : given.find((name) => !own.includes(name));
  if (foreign === undefined) return;
  const what = command === "run" ? "measuring" : command === "check" ? "--check" : command;
  throw new BadUsage(`--${foreign} has nothing to do with ${what}.`);
}
