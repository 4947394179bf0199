import { Model } from "../../orm/index.js";
import { lendToThreads, type Lent } from "../../workers/index.js";
import { someoneOf } from "./user-of.js";

/** What a thread may ask of a user: what needs no more than texts, and changes nothing. */
const answered = new Set([
  "hasPerm",
  "hasPerms",
  "hasModulePerms",
  "getAllPermissions",
  "getUserPermissions",
  "getGroupPermissions",
]);

const hidden = new Set(["constructor", "password"]);

/** From now on, tasks that run in threads know who asked for them, too. */
export function lendUser(): void {
  lendToThreads("user", async (scope) => lent(await someoneOf(scope)));
}

/** A user as a thread has her: her fields and what her class says of her, without the password's hash. */
function lent(user: object): Lent {
  const values: Record<string, unknown> = {};
  const methods: string[] = [];
  for (const [name, descriptor] of propertiesOf(user)) {
    if (typeof descriptor.value === "function") methods.push(name);
    else {
      const value: unknown = Reflect.get(user, name);
      if (isPlain(value)) values[name] = value;
    }
  }
  return {
    values,
    methods: methods.filter((name) => answered.has(name)),
    refused: methods.filter((name) => !answered.has(name)),
    call: (method, args) =>
      (user as Record<string, (...args: readonly unknown[]) => Promise<unknown>>)[method]?.(...args) ??
      Promise.resolve(),
  };
}

/** Her own, and those of her classes; of `Model` only the methods, as the rest of it is about the database. */
function propertiesOf(user: object): ReadonlyMap<string, PropertyDescriptor> {
  const found = new Map<string, PropertyDescriptor>();
  let isOfModel = false;
  for (
    let one: object | null = user;
    one !== null && one !== Object.prototype;
    one = Object.getPrototypeOf(one) as object | null
  ) {
    isOfModel ||= one === Model.prototype;
    for (const [name, descriptor] of Object.entries(Object.getOwnPropertyDescriptors(one))) {
      if (found.has(name) || hidden.has(name)) continue;
      if (!isOfModel || typeof descriptor.value === "function" || name === "pk") found.set(name, descriptor);
    }
  }
  return found;
}

/** Whether a thread gets the same that is here. */
function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return typeof value !== "function" && typeof value !== "symbol";
  if (value instanceof Date) return true;
  if (Array.isArray(value)) return value.every(isPlain);
  const prototype: unknown = Object.getPrototypeOf(value);
  return (prototype === Object.prototype || prototype === null) && Object.values(value).every(isPlain);
}
