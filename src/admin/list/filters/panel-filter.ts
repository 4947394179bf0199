import type { Rows } from "../../model/rows.js";
import type { AdminRequest } from "../../registered/admin-request.js";

/** One of the values that a filter offers. */
export interface FilterChoice {
  /** What stands in the URL. */
  readonly value: string;
  readonly label: string;
}

/** A filter of a list, whatever it goes by. */
export interface PanelFilter {
  /** The parameter of the list's URL. */
  readonly parameter: string;
  readonly title: string;
  /** The values to choose from; `current` is among them where it is a value at all. */
  choices(request: AdminRequest, current: string | undefined): Promise<readonly FilterChoice[]>;
  /** The lookups that `value` stands for, or `undefined` where they are not lookups of this model's rows. */
  where(value: string): Readonly<Record<string, unknown>> | undefined;
  /** The rows that `value` leaves. Throws `ListQueryInvalid` for a value that it does not have. */
  apply(rows: Rows, value: string): Rows;
}

/** The value in URLs that stands for nothing. */
export const emptyChoice = "none";
