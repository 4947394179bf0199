import type { TemplateFilter } from "../filter.js";
import { dateFilters } from "./date-filters.js";
import { htmlFilters } from "./html-filters.js";
import { humanizeFilters } from "./humanize.js";
import { listFilters } from "./list-filters.js";
import { numberFilters } from "./number-filters.js";
import { textFilters } from "./text-filters.js";
import { urlFilters } from "./url-filters.js";

/** The filters of the engine, besides LiquidJS's. */
export const builtinFilters: Readonly<Record<string, TemplateFilter>> = {
  ...dateFilters,
  ...htmlFilters,
  ...humanizeFilters,
  ...listFilters,
  ...numberFilters,
  ...textFilters,
  ...urlFilters,
};
