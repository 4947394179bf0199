import { storages } from "./storages.js";

/** Filters for templates: `{{ user.avatar | media_url }}`, empty for a field without a file. */
export const storageFilters = {
  media_url: (name: unknown, using?: unknown): string =>
    typeof name === "string" && name !== ""
      ? storages.require(typeof using === "string" ? using : undefined).url(name)
      : "",
};
