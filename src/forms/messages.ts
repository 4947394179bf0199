import type { FormError } from "./form-error.js";

type Params = Readonly<Record<string, unknown>>;

/** What to say instead, by the code of the error: a sentence, or what makes one of the error's params. */
export type ErrorMessages = Readonly<Record<string, string | ((params: Params) => string)>>;

const plural = (count: unknown, one: string, many = `${one}s`): string =>
  `${String(count)} ${count === 1 ? one : many}`;

/** What the errors that forms find say, by code. */
const messages: ErrorMessages = {
  required: "This field is required.",
  invalid: "This value is not valid.",
  null_characters: "Null characters are not allowed.",
  max_length: ({ limit, length }) => `Use at most ${plural(limit, "character")} (this has ${String(length)}).`,
  min_length: ({ limit, length }) => `Use at least ${plural(limit, "character")} (this has ${String(length)}).`,
  max_value: ({ limit }) => `Enter a value of at most ${String(limit)}.`,
  min_value: ({ limit }) => `Enter a value of at least ${String(limit)}.`,
  step_size: ({ step, offset }) =>
    `Enter a multiple of ${String(step)}${offset === 0 ? "" : `, counted from ${String(offset)}`}.`,
  max_digits: ({ limit }) => `Use at most ${plural(limit, "digit")} in all.`,
  max_whole_digits: ({ limit }) => `Use at most ${plural(limit, "digit")} before the decimal point.`,
  max_decimal_places: ({ limit }) => `Use at most ${plural(limit, "digit")} after the decimal point.`,
  invalid_choice: ({ value }) => `Select one of the choices; ${String(value)} is none of them.`,
  invalid_list: "Enter a list of values.",
  missing: "No file was sent. Is the form of the type multipart/form-data?",
  empty: "The file is empty.",
  max_bytes: ({ limit, size }) => `Choose a file of at most ${bytes(limit)} (this has ${bytes(size)}).`,
  max_name_length: ({ limit, length }) =>
    `The name of the file may have at most ${plural(limit, "character")} (it has ${String(length)}).`,
  invalid_extension: ({ extension, allowed }) =>
    `Files ${extension === "" ? "without an extension" : `of the type .${String(extension)}`} are not allowed. Allowed: ${String(allowed)}.`,
  contradiction: "Either choose a file or tick the box to remove it, not both.",
  invalid_content: "What is in the file is not what its name says.",
  invalid_image: "Choose an image: the file is none, or it is damaged.",
  max_choices: ({ limit }) => `Select at most ${plural(limit, "choice")}.`,
  unique: "This value is taken already.",
};

function bytes(count: unknown): string {
  const size = Number(count);
  if (size < 1024) return plural(size, "byte");
  const [unit, name] =
    size < 1_048_576 ? [1024, "KB"] : size < 1_073_741_824 ? [1_048_576, "MB"] : [1_073_741_824, "GB"];
  return `${(size / unit).toFixed(1).replace(/\.0$/, "")} ${name}`;
}

/** The error with this code, in the words that `own` has for it, or in the usual ones. */
export function errorOf(code: string, params: Params | undefined, own: ErrorMessages | undefined): FormError {
  const text = own?.[code] ?? messages[code] ?? messages["invalid"] ?? "";
  const message = typeof text === "string" ? text : text(params ?? {});
  return params === undefined ? { code, message } : { code, message, params };
}
