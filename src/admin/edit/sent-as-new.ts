import type { SubmittedData } from "../../forms/index.js";

/** What was sent of an object, as if the object and the rows that belong to it were new. */
export function sentAsNew(data: SubmittedData): SubmittedData {
  return {
    get: (name) => (name.endsWith("-INITIAL_FORMS") && data.has(name) ? "0" : data.get(name)),
    getAll: (name) => data.getAll(name),
    has: (name) => data.has(name),
    file: (name) => data.file?.(name),
    filesOf: (name) => data.filesOf?.(name) ?? [],
  };
}
