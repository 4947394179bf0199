import type { Decimal } from "decimal.js";

/** What may be given where a decimal is meant. */
export type DecimalInput = Decimal | string | number;
