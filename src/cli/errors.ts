import { defineError } from "../core/index.js";

/** A command could not do its work. The lines before this one say why. */
export class CommandFailed extends defineError({
  code: "CLI_COMMAND_FAILED",
  message: (p: { problem: string }) => `The command failed: ${p.problem}.`,
}) {}
