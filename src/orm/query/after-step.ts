import type { Relation } from "../schema/schema.js";
import type { Operation } from "./operation.js";
import type { Annotation } from "./resolved.js";

const noAnnotations: ReadonlyMap<string, Annotation> = new Map();
const noRelations: ReadonlyMap<string, Relation> = new Map();

/** The annotations that later steps can use, by name. */
export function annotationsAfter(
  before: ReadonlyMap<string, Annotation> = noAnnotations,
  operation: Operation | undefined,
): ReadonlyMap<string, Annotation> {
  if (operation?.kind !== "annotate" && operation?.kind !== "with" && operation?.kind !== "recursive") return before;
  const all = new Map(before);
  for (const annotation of operation.annotations) all.set(annotation.name, annotation);
  return all;
}

/** The relations that steps made and later ones can use, by name. */
export function relationsAfter(
  before: ReadonlyMap<string, Relation> = noRelations,
  operation: Operation | undefined,
): ReadonlyMap<string, Relation> {
  if (operation?.kind !== "narrow") return before;
  return new Map([...before, [operation.relation.name, operation.relation]]);
}
