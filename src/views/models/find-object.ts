import { modelOptions, type QuerySet } from "../../orm/index.js";
import { ViewInvalid } from "../errors.js";
import { getOr404 } from "../get-or-404.js";

/** By what a path tells a row. */
export interface ObjectPath {
  readonly pkParam: string;
  readonly slugParam: string;
  readonly slugField: string;
}

/** The row among `rows` that the values of a path name. Rejects with `NotFound`, and `ViewInvalid` where they name none. */
export async function findObject<T extends object>(
  view: string,
  rows: QuerySet<T>,
  given: unknown,
  { pkParam, slugParam, slugField }: ObjectPath,
): Promise<T> {
  const params = given as Readonly<Record<string, unknown>>;
  const { keyFields } = modelOptions(rows.model);
  const key = params[pkParam] ?? params[keyFields[0]?.name ?? pkParam];
  const slug = params[slugParam];
  if (key === undefined && slug === undefined) {
    const problem = `finds neither ${pkParam} nor ${slugParam} in its path: override findObject()`;
    throw new ViewInvalid({ view, problem });
  }
  const where = key === undefined ? { [slugField]: slug } : { pk: key };
  return getOr404(rows, where as never);
}
