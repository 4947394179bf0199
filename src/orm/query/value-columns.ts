import type { Operand } from "../lookups/lookup.js";
import type { QueryShape } from "./operation.js";

/** What `values` selected, and the annotations since. */
export function valueColumns({ operations }: QueryShape): { readonly name: string; readonly output: Operand }[] {
  let columns: { name: string; output: Operand }[] = [];
  for (const operation of operations) {
    if (operation.kind === "values") {
      columns = operation.columns.map(({ name, expression }) => ({ name, output: expression.output }));
    }
    if (operation.kind === "combine") {
      const [first] = operation.queries;
      columns = first === undefined ? [] : valueColumns(first.shape);
    }
    if (operation.kind !== "annotate") continue;
    for (const { name, isSelected, expression } of operation.annotations) {
      if (isSelected) columns.push({ name, output: expression.output });
    }
  }
  return columns;
}

/** What the one value is that `values` selected; `undefined` where there is not just one. */
export function valueOutput({ operations }: QueryShape): Operand | undefined {
  let columns: Operand[] | undefined;
  for (const operation of operations) {
    if (operation.kind === "values") columns = operation.columns.map(({ expression }) => expression.output);
    if (operation.kind === "combine") {
      const [first] = operation.queries;
      columns = [first && valueOutput(first.shape)].filter((one) => one !== undefined);
    }
    if (operation.kind === "annotate") {
      for (const { isSelected, expression } of operation.annotations) if (isSelected) columns?.push(expression.output);
    }
  }
  return columns?.length === 1 ? columns[0] : undefined;
}

/** The names of the annotations that rows have. */
export function selectedNames({ operations, annotations }: QueryShape): string[] {
  let names: string[] = [];
  for (const operation of operations) {
    if (operation.kind === "values") names = operation.columns.map(({ name }) => name);
    if (operation.kind === "recursive") names = operation.annotations.map(({ name }) => name);
    if (operation.kind !== "annotate") continue;
    for (const { name, isSelected } of operation.annotations) if (isSelected) names.push(name);
  }
  return names.filter((name) => annotations.has(name));
}
