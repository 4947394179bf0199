import { stdSerializers } from "pino";

/**
 * A text as it can be shown in a terminal: its further lines are indented, so that none looks like a line of the log, and
 * control characters are written out, so that none moves the cursor or changes colours.
 */
export function terminalText(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, (character) => {
    if (character === "\n") return "\n    ";
    return character === "\t" ? character : written(character);
  });
}

/** As pino serializes errors, with a stack that can be shown in a terminal. */
export function terminalError(error: Error): object {
  const serialized = stdSerializers.err(error);
  if (typeof serialized?.stack !== "string") return serialized;
  const stack = serialized.stack.replaceAll(/\p{Cc}/gu, (character) =>
    character === "\n" ? character : written(character),
  );
  return { ...serialized, stack };
}

function written(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
