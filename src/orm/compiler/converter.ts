import type { ColumnType, ColumnTypeName, MappedType } from "../fields/column-type.js";

/** Turns a value into what the driver takes, or back; `undefined` where it is the same. Never given null. */
export type Converter = ((value: unknown) => unknown) | undefined;

/** Finds the converter of a column type. */
export type ConverterOf = (type: ColumnType) => Converter;

/** First `first`, then `second`; null is left alone. */
function chained(first: (value: never) => unknown, second: Converter): Converter {
  const step = first as (value: unknown) => unknown;
  if (second === undefined) return step;
  return (value) => {
    const between = step(value);
    return between === null ? null : second(between);
  };
}

/** How values of a type of your own are written, where `inner` writes those of the type they are kept as. */
export function mappedToDatabase({ of, write }: MappedType, inner: ConverterOf): Converter {
  return chained(write, inner(of));
}

/** How values of a type of your own are read. */
export function mappedFromDatabase({ of, read }: MappedType, inner: ConverterOf): Converter {
  const convert = inner(of);
  return convert === undefined ? (read as (value: unknown) => unknown) : chained(convert, read as Converter);
}

/** What differs by the kind of column type: a function for each kind that is not as the others. */
export type ByKind<Made> = {
  readonly [Kind in ColumnTypeName]?: (type: Extract<ColumnType, { kind: Kind }>) => Made;
};

/** What `table` has for `type`; `undefined` where its kind is as the others. */
export function pick<Made>(table: ByKind<Made>, type: ColumnType): Made | undefined {
  const make = table[type.kind] as ((type: ColumnType) => Made) | undefined;
  return make?.(type);
}
