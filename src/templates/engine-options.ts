import type { Liquid } from "liquidjs";

import type { TemplateFilter } from "./filter.js";
import type { TemplateTag } from "./tag.js";

/** What an engine is made of. */
export interface TemplateEngineOptions {
  /** Where templates lie; the first directory that has one gives it, so a project can override an app's. */
  readonly directories: readonly string[];
  readonly tags?: readonly TemplateTag[];
  readonly filters?: Readonly<Record<string, TemplateFilter>>;
  /** Names that every template knows. */
  readonly globals?: object;
  /** LiquidJS plug-ins: what they bring is interpreted, and escapes by itself what its tags put out. */
  readonly plugins?: readonly ((this: Liquid, liquid: typeof Liquid) => void)[];
  /** Whether templates are read again when their files have changed. Default false: each is read once. */
  readonly reload?: boolean;
}
