import { PermissionDenied } from "../../core/index.js";
import type { AuthBackend } from "../backends/backend.js";
import { authBackends } from "../backends/registry.js";
import type { Identity } from "../users/identity.js";

type Source = "userPermissions" | "groupPermissions";
type Permissions = ReadonlySet<string>;

/**
 * What users may do is asked for once, and kept with the user's object: as long as a request takes. Sockets live longer,
 * and so this long, in milliseconds.
 */
const keptMs = 10_000;

interface Kept {
  readonly until: number;
  readonly permissions: Promise<Permissions>;
}

const kept = new WeakMap<Identity, Map<string, Kept>>();

/** Has what `who` may do asked for again. */
export function forgetPermissions(who: Identity): void {
  kept.delete(who);
}

export async function hasPermission(who: Identity, permission: string, object: object | undefined): Promise<boolean> {
  for (const backend of authBackends()) {
    try {
      if (await allows(backend, who, permission, object)) return true;
    } catch (thrown) {
      if (thrown instanceof PermissionDenied) return false;
      throw thrown;
    }
  }
  return false;
}

async function allows(backend: AuthBackend, who: Identity, permission: string, object: object | undefined) {
  if (backend.hasPermission !== undefined) return backend.hasPermission(who, permission, object);
  if ((await permissionsOf(backend, "userPermissions", who, object)).has(permission)) return true;
  return (await permissionsOf(backend, "groupPermissions", who, object)).has(permission);
}

export async function hasModulePermissions(who: Identity, app: string): Promise<boolean> {
  for (const permission of await allPermissions(who, undefined)) if (permission.startsWith(`${app}.`)) return true;
  return false;
}

export async function allPermissions(who: Identity, object: object | undefined): Promise<Permissions> {
  const [own, ofGroups] = await Promise.all([userPermissions(who, object), groupPermissions(who, object)]);
  return union([own, ofGroups]);
}

export function userPermissions(who: Identity, object: object | undefined): Promise<Permissions> {
  return fromAll("userPermissions", who, object);
}

export function groupPermissions(who: Identity, object: object | undefined): Promise<Permissions> {
  return fromAll("groupPermissions", who, object);
}

async function fromAll(source: Source, who: Identity, object: object | undefined): Promise<Permissions> {
  const found = await Promise.all(authBackends().map((backend) => permissionsOf(backend, source, who, object)));
  return union(found);
}

/** Objects are many: what users may do with each is for the backend to keep. */
async function permissionsOf(
  backend: AuthBackend,
  source: Source,
  who: Identity,
  object: object | undefined,
): Promise<Permissions> {
  if (backend[source] === undefined) return new Set();
  if (object !== undefined) return new Set(await backend[source](who, object));
  let ofUser = kept.get(who);
  if (ofUser === undefined) kept.set(who, (ofUser = new Map()));
  const key = `${source} ${backend.name}`;
  const known = ofUser.get(key);
  if (known !== undefined && known.until > performance.now()) return known.permissions;
  const permissions = backend[source](who, undefined).then((found) => new Set(found));
  ofUser.set(key, { until: performance.now() + keptMs, permissions });
  // What could not be asked is asked again.
  permissions.catch(() => ofUser.delete(key));
  return permissions;
}

function union(sets: readonly Permissions[]): Permissions {
  const all = new Set<string>();
  for (const set of sets) for (const permission of set) all.add(permission);
  return all;
}
