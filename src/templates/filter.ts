/** What a filter does: `{{ value | name: first, second, key: third }}` gives `({ key: third })` as the last argument. */
export type FilterFunction = (value: never, ...args: never[]) => unknown;

/**
 * A filter of an app. A function is given plain values, also of what is safe, and what it returns is escaped, unless it
 * returns a `SafeString`: so no filter can forget to escape.
 */
export type TemplateFilter = FilterFunction | FilterDefinition;

/** A filter that says more about itself. */
export interface FilterDefinition {
  readonly run: FilterFunction;
  /** What it makes of something safe is safe: it adds none of the five characters that HTML minds. Default false. */
  readonly keepsSafe?: boolean;
  /** It is given safe strings as such, and sees to escaping by itself (`html`). Default false. */
  readonly seesSafe?: boolean;
}
