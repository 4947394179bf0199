import { UnsupportedMediaType } from "../../core/index.js";
import { FormTooLong } from "../errors.js";
import type { BodyLimits } from "./body-limits.js";
import type { ContentType } from "./content-type.js";
import { isUtf8 } from "./decode-text.js";
import { Form } from "./form.js";
import type { IncomingFile } from "./incoming-file.js";
import type { BodyReader } from "./request-body.js";
import type { UploadDirectory } from "./upload-directory.js";
import type { UploadedFile } from "./uploaded-file.js";

/** The media type of forms without files, and of those that may have some. */
export const urlEncoded = "application/x-www-form-urlencoded";
export const multipart = "multipart/form-data";

/** Options of `form`. */
export interface FormOptions {
  /**
   * Takes each file as it comes, instead of the disk: send it on, or look at it. What it does not read is dropped, and
   * the file is not in the form. What it throws ends the request.
   */
  readonly onFile?: (file: IncomingFile) => Promise<void>;
}

/** What a form is read with. */
export interface FormReading extends FormOptions {
  readonly body: BodyReader;
  /** The header as it came. */
  readonly contentType: string;
  readonly limits: BodyLimits;
  readonly uploads: UploadDirectory;
}

/** The fields of an `application/x-www-form-urlencoded` body. Throws `FormTooLong` and `UnsupportedMediaType`. */
export function parseUrlEncoded(text: string, { params }: ContentType, { maxFields }: BodyLimits): Form {
  const charset = params.get("charset");
  if (!isUtf8(charset)) {
    throw new UnsupportedMediaType({ given: `a form in ${JSON.stringify(charset)}`, expected: "UTF-8" });
  }
  // Counted before they are taken apart, which costs a hundred times as much.
  let pairs = 1;
  for (let at = text.indexOf("&"); at >= 0; at = text.indexOf("&", at + 1)) pairs += 1;
  if (pairs > maxFields) throw new FormTooLong({ what: "fields", limit: maxFields });
  return new Form(new URLSearchParams(text));
}

/** Reads a `multipart/form-data` body; files go to disk, or to `onFile`. Rejects as `MultipartReader.read` does. */
export async function readMultipart(reading: FormReading): Promise<Form> {
  const { body, contentType, limits, uploads, onFile } = reading;
  const fields: [string, string][] = [];
  const files: UploadedFile[] = [];
  // Loaded with the first such form: many processes never read one.
  const { MultipartReader } = await import("./multipart.js");
  const reader = new MultipartReader(contentType, limits, {
    field: (name, value) => void fields.push([name, value]),
    async file(file) {
      if (onFile !== undefined) await onFile(file);
      else files.push(await uploads.store(file));
    },
  });
  await reader.read(body.stream(limits.maxBodyBytes + limits.maxTotalFileBytes));
  return new Form(fields, files);
}
