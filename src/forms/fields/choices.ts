/** Pairs of a value and what people call it. */
type Pairs = readonly (readonly [value: unknown, label: string])[];

/**
 * What can be chosen: a list of values; pairs of a value and what people call it; an object from value to name. Groups
 * are pairs, or entries, of a name and such pairs.
 */
export type ChoiceList =
  | readonly (string | number | bigint | boolean)[]
  | Pairs
  | readonly (readonly [group: string, members: Pairs])[]
  | Readonly<Record<string, string | Readonly<Record<string, string>>>>;

/** Choices, or a function that is asked for them whenever a form is shown or checked. */
export type ChoiceSource = ChoiceList | (() => ChoiceList | Promise<ChoiceList>);

/** The values that `C` allows. */
export type ChosenOf<C> = C extends (...given: never[]) => infer R ? ListedOf<Awaited<R>> : ListedOf<C>;

type ListedOf<C> = C extends readonly (infer Member)[]
  ? Member extends readonly [string, readonly (readonly [infer Grouped, string])[]]
    ? Grouped
    : Member extends readonly [infer Value, string]
      ? Value
      : Member
  : { [K in keyof C & string]: C[K] extends object ? keyof C[K] & string : K }[keyof C & string];

/** One value that can be chosen. */
export interface FormChoice {
  readonly value: unknown;
  readonly label: string;
  readonly group: string | undefined;
}

/** The choices one by one. */
export function listChoices(list: ChoiceList): FormChoice[] {
  if (!Array.isArray(list)) {
    return Object.entries(list as Readonly<Record<string, string | Readonly<Record<string, string>>>>).flatMap(
      ([value, named]): FormChoice[] =>
        typeof named === "string"
          ? [{ value, label: named, group: undefined }]
          : Object.entries(named).map(([member, label]) => ({ value: member, label, group: value })),
    );
  }
  return (list as readonly unknown[]).flatMap((choice): FormChoice[] => {
    if (!Array.isArray(choice)) return [{ value: choice, label: String(choice), group: undefined }];
    const [value, named] = choice as readonly unknown[];
    if (!Array.isArray(named)) return [{ value, label: String(named), group: undefined }];
    return (named as Pairs).map(([member, label]) => ({ value: member, label, group: String(value) }));
  });
}
