/**
 * Files that people upload: checked, kept on disk or wherever an engine keeps them, and served without danger. Its three
 * main names are `saveUpload`, `Storage` and `storedFile`.
 *
 * ```ts
 * class Profile extends HttpConsumer {
 *   async post() {
 *     const avatar = (await this.request.form()).file("avatar");
 *     if (avatar) await user.assign({ avatar: await saveUpload(avatar, { uploadTo: "avatars/%Y", image: true }) }).save();
 *     return this.redirect("/");
 *   }
 * }
 * storedFile(user.avatar)?.url; // "/media/avatars/2026/django.png"
 * ```
 */
export { LocalStorage, type LocalStorageOptions } from "./engines/local-storage.js";
export { MemoryStorage, type MemoryStorageOptions } from "./engines/memory-storage.js";
export {
  FileNameInvalid,
  ImageLibraryMissing,
  StorageFull,
  StorageMissing,
  StoredFileMissing,
  type UploadProblem,
  UploadRefused,
} from "./errors.js";
export { validFileName } from "./file-names.js";
export { bytesOf, type FileSource, piecesOf } from "./file-source.js";
export { MediaFiles, type MediaFilesOptions } from "./serving/media-files.js";
export { storageFilters } from "./storage-filters.js";
export {
  type DirectoryListing,
  type FileFacts,
  type NameForTry,
  type SaveOptions,
  Storage,
  urlBelow,
} from "./storage.js";
export { Storages, storages } from "./storages.js";
export { StoredContent } from "./stored-content.js";
export { StoredFile, storedFile } from "./stored-file.js";
export { type CheckedUpload, checkUpload, type UploadRules } from "./uploads/check-upload.js";
export { checkImage, type ImageFacts, type ImageRules, resizeImage, type ResizeOptions } from "./uploads/images.js";
export { saveUpload, type SaveUploadOptions, uploadName, type UploadTo } from "./uploads/save-upload.js";
