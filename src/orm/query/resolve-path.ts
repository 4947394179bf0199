import type { ColumnNode, SqlNode } from "../compiler/nodes.js";
import { QueryInvalid } from "../errors.js";
import type { OuterExpression } from "../expressions/nodes.js";
import { transformOf } from "../lookups/registry.js";
import { schemaOf } from "../schema/schema-of.js";
import { outputs } from "./outputs.js";
import { annotationReference, followPath, operandOf } from "./path.js";
import type { BuildPlace, QueryScope, Resolved } from "./resolved.js";
import { invalid, plain } from "./resolved-parts.js";

/** The field or annotation at a path, and the parts of it that the path asks for. */
export function resolvePath(path: string, scope: QueryScope): Resolved {
  const [head = "", ...names] = path.split("__");
  const annotation = scope.annotations.get(path) ?? scope.annotations.get(head);
  if (annotation !== undefined) {
    const reference = annotationReference(annotation.name, annotation.expression);
    return withTransforms(reference, annotation.name === path ? [] : names, path, scope);
  }
  const { relations, field, rest } = followPath(scope.schema, path, scope.relations);
  const isNullable = field.isNullable || relations.some((relation) => relation.isNullable);
  const lastMany = relations.findLastIndex((relation) => relation.isMany);
  const found: Resolved = {
    key: `F(${JSON.stringify(path)})`,
    output: operandOf(field),
    isAggregate: false,
    isField: rest.length === 0,
    isNullable,
    isNullableColumn: field.isNullable,
    manyPaths:
      lastMany < 0
        ? []
        : [
            relations
              .slice(0, lastMany + 1)
              .map(({ name }) => name)
              .join("__"),
          ],
    build({ root, scope: filter, tables }) {
      const table = root.joinAll(relations, filter);
      tables?.push(table);
      return table.column(field);
    },
  };
  return withTransforms(found, rest, path, scope);
}

function withTransforms(start: Resolved, names: readonly string[], path: string, scope: QueryScope): Resolved {
  let current = start;
  for (const name of names) {
    const inner = current;
    const transform = transformOf(inner.output.kind, name, scope.zone);
    if (transform === undefined) {
      throw invalid(scope, `cannot use ${JSON.stringify(path)}: ${name} is no transform of that field`);
    }
    current = {
      ...inner,
      key: inner.key.startsWith("F(") ? inner.key : `${inner.key}__${name}`,
      output: transform.outputOf?.(inner.output) ?? transform.output,
      isField: false,
      build: (at) => transform.build(inner.build(at)),
    };
  }
  return current;
}

function buildOuter(path: string, { root, context, scope }: BuildPlace): SqlNode {
  const [head = "", ...names] = path.split("__");
  if (context.hasAnnotation(path)) return context.annotation(path);
  if (context.hasAnnotation(head) && names.length === 0) return context.annotation(head);
  const { relations, field, rest } = followPath(root.schema, path, context.relations);
  const column: ColumnNode = root.joinAll(relations, scope).column(field);
  let { kind } = operandOf(field);
  return rest.reduce<SqlNode>((item, name) => {
    const transform = transformOf(kind, name, context.zone);
    if (transform === undefined) {
      const problem = `cannot use ${JSON.stringify(path)}: ${name} is no transform of that field`;
      throw new QueryInvalid({ model: root.schema.name, problem });
    }
    ({ kind } = transform.output);
    return transform.build(item);
  }, column);
}

const nothingElse = { annotations: new Map(), relations: new Map(), isStrict: false, hasValues: false } as const;

/** A field of the row of a query around this one. Only where its model is named is it known before what it is. */
export function resolveOuter({ path, level, model }: OuterExpression, { zone }: QueryScope): Resolved {
  const known = model && resolvePath(path, { ...nothingElse, schema: schemaOf(model), zone });
  return {
    ...plain,
    key: `outer${level}(${JSON.stringify(path)}${model === undefined ? "" : ` of ${schemaOf(model).name}`})`,
    output: known?.output ?? outputs.integer,
    build(at) {
      let place: BuildPlace | undefined = at;
      for (let step = 0; step < level && place !== undefined; step++) place = place.context.outer;
      const refuse = (problem: string): never => {
        throw new QueryInvalid({
          model: at.root.schema.name,
          problem: `has OuterRef(${JSON.stringify(path)}) ${problem}`,
        });
      };
      if (place === undefined) return refuse("and no query around it; use it inside Exists or Subquery");
      const { schema } = place.root;
      if (model !== undefined && schema.concrete !== schemaOf(model).concrete) {
        refuse(`of ${schemaOf(model).name}, and the query around it is of ${schema.name}`);
      }
      return buildOuter(path, place);
    },
  };
}
