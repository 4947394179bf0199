import { ModelInvalid } from "../errors.js";
import type { ManyToManyDeclaration } from "../fields/relations/many-to-many-declaration.js";
import type { ModelClass } from "../model-class.js";
import type { ForeignKey, Links, ManyToMany, Relation, Schema } from "./schema.js";

/** Makes the model of the links, where none was given. */
export type ThroughMaker = (source: Schema, name: string, declaration: ManyToManyDeclaration) => ModelClass;

let makeThrough: ThroughMaker | undefined;

/** Says how models of links are made. They extend `Model`, which stands above this file. */
export function installThroughMaker(make: ThroughMaker): void {
  makeThrough = make;
}

/** The relation called `name` that `source` declares. Throws `ModelInvalid`. */
export function manyToManyOf(
  source: Schema,
  name: string,
  declaration: ManyToManyDeclaration,
  schemaOf: (model: ModelClass) => Schema,
): ManyToMany {
  const { through, throughFields, symmetrical } = declaration.options;
  const target = schemaOf(declaration.to());
  const composite = [source, target].find(({ keyFields }) => keyFields.length > 1);
  if (composite !== undefined) {
    const said = `but ${composite.name} has a composite key; make the links a model of your own, with two foreign keys and their fields`;
    throw new ModelInvalid({ model: source.name, problem: `has f.manyToMany ${name}, ${said}` });
  }
  if (makeThrough === undefined) throw new Error("Links cannot be made: hotclub/orm was not imported whole.");
  const isAutomatic = through === undefined;
  const links = schemaOf(isAutomatic ? makeThrough(source, name, declaration) : through());
  if (isAutomatic && source.appName !== undefined) links.joinApp(source.appName);
  const problem = (text: string): never => {
    throw new ModelInvalid({ model: source.name, problem: `has f.manyToMany ${name}, ${text}` });
  };
  const named = (given: string, to: Schema): ForeignKey => {
    const field = links.foreignKeys.find((candidate) => candidate.name === given);
    return field?.target === to ? field : problem(`but ${links.name}.${given} is no foreign key to ${to.name}`);
  };
  const only = (to: Schema, but?: ForeignKey): ForeignKey => {
    const [field, another] = links.foreignKeys.filter((candidate) => candidate.target === to && candidate !== but);
    if (field === undefined) return problem(`but ${links.name} has no foreign key to ${to.name}`);
    const isAmbiguous = another !== undefined && (source !== target || but !== undefined);
    return isAmbiguous
      ? problem(`but ${links.name} has several foreign keys to ${to.name}; say which with throughFields`)
      : field;
  };
  const near = throughFields === undefined ? only(source) : named(throughFields[0], source);
  const far = throughFields === undefined ? only(target, near) : named(throughFields[1], target);
  for (const field of [near, far]) {
    if (field.targetField !== field.target.primaryKey) {
      problem(`but ${links.name}.${field.name} keeps another field than the primary key (toField)`);
    }
  }
  const isSymmetrical = source === target && symmetrical !== false;
  const made: Links = { schema: links, near, far, isSymmetrical, isAutomatic, isReverse: false };
  return { name, declaration, target, links: made, isAutomatic };
}

/** The same links, seen from the other side. */
export function reversed({ near: far, far: near, ...links }: Links): Links {
  return { ...links, near, far, isReverse: !links.isReverse };
}

/** The relation of `source` to the other side of `links`. */
export function throughLinks(name: string, source: Schema, target: Schema, links: Links): Relation {
  const { schema, near, far } = links;
  const toLinks = backward(name, source, schema, near, true);
  const toOther = schema.relation(far.name);
  if (toOther === undefined) throw new Error(`The links of ${name} lead nowhere.`);
  return { ...toLinks, target, field: far, steps: [toLinks, toOther], links };
}

/** The relation of `source` to the rows of `target` that refer to it with `field`. */
export function backward(name: string, source: Schema, target: Schema, field: ForeignKey, isMany: boolean): Relation {
  return {
    kind: "set",
    name,
    source,
    target,
    field,
    sourceKey: field.targetField === field.target.primaryKey ? source.primaryKey : source.field(field.targetField.name),
    targetKey: field,
    isMany,
    isNullable: true,
  };
}

const backNames = new WeakMap<Relation, string>();
let backCount = 0;

/**
 * The name of the relation from the target of `relation` back to its source. No model declares it: its name begins
 * with `+`, as no property's does.
 */
export function nameOfWayBack(relation: Relation): string {
  const known = backNames.get(relation);
  if (known !== undefined) return known;
  const { target, links } = relation;
  if (links === undefined) throw new Error(`The relation ${relation.name} has no links.`);
  // Of a model that inherits the relation, the links lead to the row of its parent.
  const source = links.near.target;
  const name = `+${++backCount}`;
  target.addRelation(throughLinks(name, target, source, reversed(links)));
  backNames.set(relation, name);
  return name;
}
