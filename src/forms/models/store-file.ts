import type { UploadedFile } from "../../consumers/index.js";
import type { ModelField } from "../../orm/index.js";
import { checkImage, storages, uploadName, type UploadTo } from "../../storage/index.js";

/** What the instance is to hold for a file that was sent with its form: its name, and the size of an image. */
export interface StoredValues {
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
}

/** Keeps a file where its field says (`uploadTo`), in the storage called `default`. */
export async function storeFile(file: UploadedFile, field: ModelField, instance: object): Promise<StoredValues> {
  const { uploadTo, widthField, heightField } = field.options as {
    readonly uploadTo?: UploadTo;
    readonly widthField?: string;
    readonly heightField?: string;
  };
  const values: Record<string, unknown> = {};
  if (widthField !== undefined || heightField !== undefined) {
    const { width, height } = await checkImage(file.path, file.name);
    if (widthField !== undefined) values[widthField] = width;
    if (heightField !== undefined) values[heightField] = height;
  }
  const { maxLength } = field;
  const wanted = uploadName(file.name, { uploadTo, instance });
  const name = await storages.require().save(wanted, file, maxLength === undefined ? {} : { maxLength });
  return { name, values: { ...values, [field.name]: name } };
}

/** Removes files of rows that could not be written after all. */
export async function forgetFiles(names: readonly string[]): Promise<void> {
  for (const name of names) await storages.require().delete(name);
}
