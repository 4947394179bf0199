import type { Decimal } from "decimal.js";

import { declare } from "../../schema/construction.js";
import type { DecimalInput } from "../../typing/decimal-input.js";
import type { Column } from "../../typing/column.js";
import { AutoField } from "../numbers/auto-field.js";
import { BigIntField, type BigIntOptions } from "../numbers/big-int-field.js";
import { DecimalField, type DecimalOptions } from "../numbers/decimal-field.js";
import { FloatField, type FloatOptions } from "../numbers/float-field.js";
import { IntField, type IntOptions, type IntTypeName } from "../numbers/int-field.js";
import type { ColumnFor } from "./property-types.js";

export function auto(): Column<number, "number", "optional", true> {
  return declare("auto", () => new AutoField(64)) as number;
}

export function auto32(): Column<number, "number", "optional", true> {
  return declare("auto32", () => new AutoField(32)) as number;
}

export function smallAuto(): Column<number, "number", "optional", true> {
  return declare("smallAuto", () => new AutoField(16)) as number;
}

/** A function of `f` for whole numbers. */
export type IntFunction = <const Options extends IntOptions = IntOptions>(
  options?: Options,
) => ColumnFor<number, "number", Options>;

function intOf(name: IntTypeName): IntFunction {
  return <const Options extends IntOptions>(options?: Options) =>
    declare(name, () => new IntField(options, name)) as ColumnFor<number, "number", Options>;
}

export const int: IntFunction = intOf("int");
export const int32: IntFunction = intOf("int32");
export const smallInt: IntFunction = intOf("smallInt");
export const positiveInt: IntFunction = intOf("positiveInt");
export const positiveInt32: IntFunction = intOf("positiveInt32");
export const positiveSmallInt: IntFunction = intOf("positiveSmallInt");

export function bigInt<const Options extends BigIntOptions = BigIntOptions>(
  options?: Options,
): ColumnFor<bigint, "bigint", Options, bigint | number> {
  return declare("bigInt", () => new BigIntField(options)) as ColumnFor<bigint, "bigint", Options, bigint | number>;
}

export function float<const Options extends FloatOptions = FloatOptions>(
  options?: Options,
): ColumnFor<number, "number", Options> {
  return declare("float", () => new FloatField(options)) as ColumnFor<number, "number", Options>;
}

export function decimal<const Options extends DecimalOptions = DecimalOptions>(
  options?: Options,
): ColumnFor<Decimal, "decimal", Options, DecimalInput> {
  return declare("decimal", () => new DecimalField(options)) as ColumnFor<Decimal, "decimal", Options, DecimalInput>;
}
