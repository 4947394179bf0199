import { defineError } from "../core/index.js";

/** A name leads out of the storage, is hidden, or has characters that no name has. Give a relative path with plain steps. */
export class FileNameInvalid extends defineError({
  code: "STORAGE_FILE_NAME_INVALID",
  message: (p: { name: string; problem: string }) =>
    `${JSON.stringify(p.name)} is no name for a stored file: it ${p.problem}.`,
  status: 400,
}) {}

/** There is no such file in the storage. It was deleted, or its name was never one of a file. */
export class StoredFileMissing extends defineError({
  code: "STORAGE_FILE_MISSING",
  message: (p: { name: string }) => `There is no stored file ${JSON.stringify(p.name)}.`,
  status: 404,
}) {}

/** There is no storage of that name. Boot the project first, or give `storages.set(alias, …)` one. */
export class StorageMissing extends defineError({
  code: "STORAGE_MISSING",
  message: (p: { alias: string }) =>
    `There is no storage called ${JSON.stringify(p.alias)}. Give storages.set(${JSON.stringify(p.alias)}, …) one.`,
}) {}

/** The storage has no room for a file: delete some, or make it larger. */
export class StorageFull extends defineError({
  code: "STORAGE_FULL",
  message: (p: { maxBytes: number }) => `The storage is full: it holds at most ${p.maxBytes} bytes.`,
  status: 507,
}) {}

/** What may be wrong with an upload. */
export type UploadProblem =
  | "empty"
  | "tooLarge"
  | "extension"
  | "contradiction"
  | "type"
  | "damagedImage"
  | "tooManyPixels";

const told: Readonly<Record<UploadProblem, string>> = {
  empty: "is empty",
  tooLarge: "is too large",
  extension: "is of a kind that is not taken",
  contradiction: "is not what the ending of its name says",
  type: "is of a type that is not taken",
  damagedImage: "is no image that can be read",
  tooManyPixels: "has too many pixels",
};

/** 400: an uploaded file does not fit the rules. `params.problem` says why, for a message to the person who sent it. */
export class UploadRefused extends defineError({
  code: "STORAGE_UPLOAD_REFUSED",
  message: (p: { name: string; problem: UploadProblem; detail?: string }) =>
    `The file ${JSON.stringify(p.name)} ${told[p.problem]}${p.detail === undefined ? "" : `: ${p.detail}`}.`,
  status: 400,
}) {}

/** Images cannot be read or made without sharp. Install it: `npm install sharp`. */
export class ImageLibraryMissing extends defineError({
  code: "STORAGE_IMAGE_LIBRARY_MISSING",
  message: () => "Images cannot be read here: install sharp.",
}) {}
