import type { Scope } from "../core/index.js";

/**
 * Adds names to what the templates of every page know: called once per page with the scope of the request. Getters of
 * what it gives are called when a template asks for them, and only then.
 */
export type ContextProcessor = (scope: Scope) => object | Promise<object>;
