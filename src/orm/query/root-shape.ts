import type { Schema } from "../schema/schema.js";
import { Shape } from "./shape.js";

/** How much a model keeps. A program has a few hundred shapes; more come from names that users choose. */
const maxNodes = 10_000;

const roots = new WeakMap<Schema, Shape>();
const zonedRoots = new WeakMap<Schema, Map<string, Shape>>();

/**
 * The shape of all rows of a model, from which all other shapes of that model grow. Days and hours in it are those of
 * `zone`: it is a part of the SQL.
 */
export function rootShapeOf(schema: Schema, zone?: string): Shape {
  if (zone !== undefined && zone !== "UTC") return zonedRootOf(schema, zone);
  const known = roots.get(schema);
  // A full tree is forgotten as a whole: queries that hold shapes of it go on, and new ones start over.
  if (known !== undefined && known.budget.nodes <= maxNodes) return known;
  const root = new Shape(schema, undefined, undefined, 0);
  roots.set(schema, root);
  return root;
}

function zonedRootOf(schema: Schema, zone: string): Shape {
  const known = zonedRoots.get(schema) ?? new Map<string, Shape>();
  zonedRoots.set(schema, known);
  const shape = known.get(zone);
  if (shape !== undefined && shape.budget.nodes <= maxNodes) return shape;
  const root = new Shape(schema, undefined, undefined, 0, zone);
  known.set(zone, root);
  return root;
}
