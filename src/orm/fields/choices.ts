/**
 * The only values that a field takes: a list of them; pairs of a value and what people call it, also in groups with
 * names; for text an object from value to name; or a function that gives any of these whenever they are asked for.
 *
 * ```ts
 * status = f.char({ choices: { draft: "Draft", live: "Live" }, default: "draft" }); // "draft" | "live"
 * stars = f.int({ choices: [[1, "bad"], [2, "good"]] }); // 1 | 2
 * medium = f.char({ choices: [["Audio", [["cd", "CD"]]], ["Video", [["vhs", "VHS"]]]] }); // "cd" | "vhs"
 * ```
 */
export type Choices<Value> = ListedChoices<Value> | (() => ListedChoices<Value>);

type Pair<Value> = readonly [value: Value, label: string];

type ListedChoices<Value> =
  | readonly Value[]
  | readonly Pair<Value>[]
  | readonly (readonly [group: string, members: readonly Pair<Value>[]])[]
  | (Value extends string ? Readonly<Record<string, string>> : never);

/** The values that `C` allows; `unknown` where a function gives them. */
export type ChoiceOf<C> = C extends (...given: never[]) => unknown
  ? unknown
  : C extends readonly (infer Member)[]
    ? Member extends readonly [string, readonly (readonly [infer Grouped, string])[]]
      ? Grouped
      : Member extends readonly [infer Value, string]
        ? Value
        : Member
    : keyof C & string;

/** One of the choices of a field, as forms and the admin show it. */
export interface Choice {
  readonly value: unknown;
  /** What people call it; the value itself as text where it was given no name. */
  readonly label: string;
  /** The name of the group that it stands in. */
  readonly group?: string;
}

/** The choices as a list. */
export function choiceList(choices: Choices<unknown>): readonly Choice[] {
  const given = typeof choices === "function" ? choices() : choices;
  if (!Array.isArray(given)) {
    return Object.entries(given as unknown as Readonly<Record<string, string>>).map(([value, label]) => ({
      value,
      label,
    }));
  }
  return (given as readonly unknown[]).flatMap((choice): Choice | Choice[] => {
    if (!Array.isArray(choice)) return { value: choice, label: String(choice) };
    const [value, named] = choice as readonly unknown[];
    if (!Array.isArray(named)) return { value, label: String(named) };
    const group = String(value);
    return (named as readonly Pair<unknown>[]).map(([member, label]) => ({ value: member, label, group }));
  });
}

/** What each choice is called, by its value. */
export function choiceLabels(choices: Choices<unknown>): ReadonlyMap<unknown, string> {
  return new Map(choiceList(choices).map(({ value, label }) => [value, label] as const));
}
