import type { SubmittedData } from "../submitted-data.js";

/** How many forms a set has, as the page says it in hidden inputs; the names are Django's, as scripts know them. */
export interface FormCounts {
  readonly total: number;
  /** How many of them, the first ones, are about something that was there before. */
  readonly initial: number;
}

export const managementNames = {
  total: "TOTAL_FORMS",
  initial: "INITIAL_FORMS",
  min: "MIN_NUM_FORMS",
  max: "MAX_NUM_FORMS",
} as const;

/** What was sent, at most `most`; `undefined` where the inputs are not there, or say what cannot be. */
export function readCounts(data: SubmittedData, prefix: string, most: number): FormCounts | undefined {
  const read = (name: string): number => {
    const text = data.get(`${prefix}-${name}`) ?? "";
    return /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  };
  const [total, initial] = [read(managementNames.total), read(managementNames.initial)];
  if (Number.isNaN(total) || Number.isNaN(initial) || initial > total) return undefined;
  return { total: Math.min(total, most), initial: Math.min(initial, most) };
}
