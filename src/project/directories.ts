import { fileURLToPath } from "node:url";

/** What forms and generic views render with. Named by where they lie: a project without forms does not load forms for it. */
export const batteryTemplates: readonly URL[] = ["forms", "views"].map(
  (folder) => new URL(`../${folder}/templates/`, import.meta.url),
);

/** The project's own app comes last, and goes first: it may override what the apps bring. */
export function directories(given: readonly (URL | string | undefined)[]): readonly string[] {
  return given
    .filter((directory) => directory !== undefined)
    .map((directory) => (typeof directory === "string" ? directory : fileURLToPath(directory)))
    .toReversed();
}
