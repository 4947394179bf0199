import { DataError } from "../database-errors.js";

/** An integer as a driver gives it, which must be one that a JavaScript number holds exactly. Throws `DataError`. */
export function readInteger(value: unknown): unknown {
  if (Number.isSafeInteger(value)) return value;
  // Rows with a column of bigints come with bigints throughout.
  if (typeof value === "bigint" && Number.isSafeInteger(Number(value))) return Number(value);
  const problem =
    `The database has ${String(value)} in a column of whole numbers, which is none that a number holds exactly ` +
    "(±(2^53 - 1)). It was not written through this field; correct the row.";
  throw new DataError({ problem });
}
