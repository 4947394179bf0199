/**
 * Stylesheets, scripts and pictures: found in the apps, collected with hashed names and compressed variants, and served.
 * Its three main names are `staticUrl`, `collectStatic` and `StaticFiles`.
 *
 * ```ts
 * const finder = new StaticFinder(["shop/static"]);
 * const { manifest } = await collectStatic({ finder, root: "staticfiles" });
 * const files = new StaticFiles({ directories: ["staticfiles"], manifest });
 * new StaticUrls("/static/", manifest).url("shop/site.css"); // "/static/shop/site.3f2a9c1b44d0.css"
 * ```
 */
export { collectStatic, type CollectOptions, type CollectReport } from "./collect/collect.js";
export { StaticFileMissing, StaticReferenceMissing, StaticRootRefused } from "./errors.js";
export { StaticFinder } from "./finder.js";
export { readManifest, type StaticManifest } from "./manifest.js";
export { StaticFiles, type StaticFilesOptions } from "./serving/static-files.js";
export { setStaticUrls, staticUrl, StaticUrls } from "./static-urls.js";
export type { Variant } from "./variant.js";
