import { capitalized } from "./words.js";

/** What a model says of a field (`is longer than 80 characters`) as a sentence of its own. */
export function sentenceOf(message: string, code: string, label: string | undefined): string {
  if (code === "required" || code === "blank") return "This field is required.";
  if (code === "unique" && message.startsWith("is taken"))
    return `This ${(label ?? "value").toLowerCase()} is taken already.`;
  const isFragment = /^(?:is|has|may|must|was|are|can|does|needs|refers|contains|breaks|should|cannot)\b/.test(message);
  const text = isFragment ? `${label ?? "This"} ${message}` : capitalized(message);
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
