/**
 * The only values that a field takes: a list of them; pairs of a value and what people call it; or for text an object
 * from value to name.
 *
 * ```ts
 * status = f.char({ choices: { draft: "Draft", live: "Live" }, default: "draft" }); // "draft" | "live"
 * stars = f.int({ choices: [[1, "bad"], [2, "good"]] }); // 1 | 2
 * ```
 */
export type Choices<Value> =
  | readonly Value[]
  | readonly (readonly [value: Value, label: string])[]
  | (Value extends string ? Readonly<Record<string, string>> : never);

/** The values that `C` allows. */
export type ChoiceOf<C> = C extends readonly (infer Member)[]
  ? Member extends readonly [infer Value, string]
    ? Value
    : Member
  : keyof C & string;

/** What each choice is called. A value without a name is called by the value itself. */
export function choiceLabels(choices: Choices<unknown>): ReadonlyMap<unknown, string> {
  if (!Array.isArray(choices)) return new Map(Object.entries(choices as unknown as Readonly<Record<string, string>>));
  return new Map(
    (choices as readonly unknown[]).map((choice) => {
      const [value, label] = Array.isArray(choice) ? (choice as unknown[]) : [choice, choice];
      return [value, String(label)] as const;
    }),
  );
}
