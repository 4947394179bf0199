import type { UploadedFile } from "../../consumers/index.js";
import { validFileName } from "../file-names.js";
import type { SaveOptions, Storage } from "../storage.js";
import { storages } from "../storages.js";
import { checkUpload, type UploadRules } from "./check-upload.js";

/** The folder of new files, where `%Y`, `%m` and `%d` are today's (UTC), or what gives their whole name. */
export type UploadTo<T extends object = object> = string | ((instance: T, fileName: string) => string);

/** How an upload is stored. */
export interface SaveUploadOptions<T extends object = object> extends UploadRules, SaveOptions {
  /** As `f.file({ uploadTo })` says it. Default: the storage as a whole. */
  readonly uploadTo?: UploadTo<T> | undefined;
  /** The row that it is for, which a function of `uploadTo` is given. */
  readonly instance?: T;
  /** Default: the one called `default`. */
  readonly storage?: Storage;
}

/** The name that a file is to have in a storage. */
export function uploadName<T extends object>(
  fileName: string,
  { uploadTo = "", instance, now = new Date() }: Pick<SaveUploadOptions<T>, "uploadTo" | "instance"> & { now?: Date },
): string {
  const plain = validFileName(fileName);
  if (typeof uploadTo === "function") return uploadTo(instance ?? ({} as T), plain);
  const day = now.toISOString();
  const parts: Readonly<Record<string, string>> = { Y: day.slice(0, 4), m: day.slice(5, 7), d: day.slice(8, 10) };
  const folder = uploadTo.replaceAll(/%([Ymd])/g, (_, part: string) => parts[part] ?? "").replace(/\/$/, "");
  return folder === "" ? plain : `${folder}/${plain}`;
}

/**
 * Checks an uploaded file and stores it. Gives the name for the model's field. Rejects with `UploadRefused`,
 * `FileNameInvalid`, `StorageMissing`.
 *
 * ```ts
 * user.avatar = await saveUpload(upload, { uploadTo: "avatars/%Y", image: true, maxBytes: 1_000_000 });
 * ```
 */
export async function saveUpload<T extends object>(
  upload: UploadedFile,
  options: SaveUploadOptions<T> = {},
): Promise<string> {
  const { storage = storages.require(), maxLength, overwrite } = options;
  await checkUpload(upload, options);
  return storage.save(uploadName(upload.name, options), upload, {
    ...(maxLength !== undefined && { maxLength }),
    ...(overwrite !== undefined && { overwrite }),
  });
}
