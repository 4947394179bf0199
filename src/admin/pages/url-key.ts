import { keyText, type ModelField } from "../../orm/index.js";

/** A primary key as a step of a URL. What a step cannot be, such as `.` or nothing, stands between two `_`. */
export function keyToUrl(key: unknown): string {
  const text = keyText(key);
  const step = encodeURIComponent(text);
  return /^(_.*|\.{0,2})$/.test(text) ? `_${step}_` : step;
}

/** The key that a step of a URL says, or `undefined` where no row can have it. */
export function keyFromUrl(step: string, field: ModelField): unknown {
  return keyFromText(/^_.*_$/.test(step) ? step.slice(1, -1) : step, field);
}

/** The key that a form sent, or `undefined` where no row can have it. */
export function keyFromText(text: string, field: ModelField): unknown {
  try {
    return field.clean(text);
  } catch {
    return undefined;
  }
}
