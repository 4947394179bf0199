import type { AppConfig } from "../../core/index.js";
import { describeModel, type ModelClass, modelsOf } from "../../orm/index.js";
import { Permission } from "./permission.js";

/** What may be done with every model, unless its `meta` says otherwise. */
const usual = ["add", "change", "delete", "view"];

interface Wanted {
  readonly app: string;
  readonly model: string;
  readonly codename: string;
  readonly name: string;
}

/** What a permission for a model is called: `chat.change_room`, for `permissionFor("change", Room)`. */
export function permissionFor(action: string, model: ModelClass): string {
  const { appName, name } = describeModel(model);
  return `${appName ?? ""}.${action}_${name.toLowerCase()}`;
}

/** The permissions that the models of an app have. */
export function permissionsOfApp(app: AppConfig): readonly Wanted[] {
  return modelsOf(app).flatMap((model) => permissionsOfModel(app.name, model));
}

function permissionsOfModel(app: string, model: ModelClass): readonly Wanted[] {
  const { name, options } = describeModel(model);
  const { defaultPermissions = usual, permissions = {}, verboseName = inWords(name) } = options as PermissionMeta;
  const ofModel = defaultPermissions.map((action) => ({
    app,
    model: name,
    codename: `${action}_${name.toLowerCase()}`.slice(0, 100),
    name: `Can ${action} ${verboseName}`.slice(0, 255),
  }));
  const own = Object.entries(permissions).map(([codename, text]) => ({ app, model: name, codename, name: text }));
  return [...ofModel, ...own];
}

interface PermissionMeta {
  readonly defaultPermissions?: readonly string[];
  readonly permissions?: Readonly<Record<string, string>>;
  readonly verboseName?: string;
}

/**
 * Makes the permissions of all models that are not there yet; what is there stays, also of models that are gone. Several
 * processes may do it at once. How many were made.
 */
export async function makePermissions(apps: Iterable<AppConfig>, using = "default"): Promise<number> {
  const rows = await Permission.using(using).values("app", "codename");
  const known = new Set(rows.map(({ app, codename }) => `${app}.${codename}`));
  const missing = [...apps].flatMap(permissionsOfApp).filter(({ app, codename }) => !known.has(`${app}.${codename}`));
  if (missing.length > 0) await Permission.using(using).bulkCreate(missing, { ignoreConflicts: true });
  return missing.length;
}

/** `BlogPost` as `blog post`. */
function inWords(name: string): string {
  return name.replaceAll(/([\p{Ll}\d])(\p{Lu})/gu, "$1 $2").toLowerCase();
}
