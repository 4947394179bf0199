import { type Command, InvalidArgumentError, Option } from "commander";

/** Options that every command has. */
export interface ProjectOptions {
  readonly project?: string;
}

export function withProjectOption(command: Command): Command {
  return command.addOption(new Option("-p, --project <file>", "the file whose default export is the project"));
}

/** A whole number from `min` to `max`. */
export function wholeNumber(min: number, max: number): (text: string) => number {
  return (text) => {
    const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
    if (value >= min && value <= max) return value;
    throw new InvalidArgumentError(`It must be a whole number from ${min} to ${max}.`);
  };
}
