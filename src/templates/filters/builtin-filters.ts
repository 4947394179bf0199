import type { TemplateFilter } from "../filter.js";
import { plainText } from "../runtime/escapes.js";
import { SafeString, toHtml } from "../safe-string.js";

function vouch(value: unknown): unknown {
  if (value === undefined || value === null || value instanceof SafeString) return value;
  if (typeof value === "object" && toHtml in value) return value;
  return new SafeString(plainText(value));
}

/** The filters of the engine, besides LiquidJS's. */
export const builtinFilters: Readonly<Record<string, TemplateFilter>> = {
  raw: { run: vouch, seesSafe: true },
  safe: { run: vouch, seesSafe: true },
};
