import { QueryInvalid } from "../errors.js";
import type { QueryScope, Resolved } from "./resolved.js";

/** What is known of most expressions. */
export const plain = { isAggregate: false, isField: false, isNullable: true, manyPaths: [] } as const;

/** What a whole takes over from its parts. */
export function fromParts(
  parts: readonly Resolved[],
): Pick<Resolved, "isAggregate" | "isField" | "isNullable" | "manyPaths"> {
  return {
    isAggregate: parts.some((part) => part.isAggregate),
    isField: false,
    isNullable: true,
    manyPaths: parts.flatMap((part) => part.manyPaths),
  };
}

export function invalid(scope: QueryScope, problem: string): QueryInvalid {
  return new QueryInvalid({ model: scope.schema.name, problem });
}
