import { fileURLToPath } from "node:url";

/** The project's own app comes last, and goes first: it may override what the apps bring. */
export function directories(given: readonly (URL | string | undefined)[]): readonly string[] {
  return given
    .filter((directory) => directory !== undefined)
    .map((directory) => (typeof directory === "string" ? directory : fileURLToPath(directory)))
    .toReversed();
}
