import type { KnownAnswers } from "./questioner.js";

/** What was said of renames of an app's models, or of a model's fields, to one of `names`. */
export function saidFor(
  answers: KnownAnswers | undefined,
  owner: string,
  names: readonly string[],
): Map<string, string> {
  const known = [...(answers?.renames ?? [])];
  return new Map(
    known.flatMap(([subject, name]): [string, string][] => {
      const place = subject.lastIndexOf(".");
      return subject.slice(0, place) === owner && names.includes(name) ? [[subject.slice(place + 1), name]] : [];
    }),
  );
}
