/** A place in a file that names another. */
export interface Reference {
  /** As it stands there, with query and fragment. */
  readonly target: string;
  /** Where it begins, in characters. */
  readonly at: number;
  /** Whether the file is broken without it. */
  readonly isNeeded: boolean;
}

/** What references are looked for in, by the ending of the file's name. */
export type FindReferences = (text: string) => Iterable<Reference>;

/** A match of one of several groups, each of which is a target. */
export function referenceOf(
  match: RegExpExecArray,
  groups: readonly string[],
  isNeeded: boolean,
): Reference | undefined {
  for (const group of groups) {
    const target = match.groups?.[group];
    const place = match.indices?.groups?.[group];
    if (target !== undefined && place !== undefined) return { target, at: place[0], isNeeded };
  }
  return undefined;
}
