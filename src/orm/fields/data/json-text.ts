/** Stands for the JSON value null, where `null` means that there is no value at all. */
class JsonNull {
  toJSON(): null {
    return null;
  }
}

/**
 * The JSON value `null` in a column that may also be NULL: `Event.create({ payload: jsonNull })`. It is read back as
 * `null`, as NULL is. To the compiler it is a `null`, so that it fits where a value may be null.
 */
export const jsonNull = Object.freeze(new JsonNull()) as unknown as null;

/** A value of a JSON column as text. */
export function writeJson(value: unknown): string {
  return JSON.stringify(value);
}

export function readJson(text: unknown): unknown {
  return JSON.parse(text as string);
}
