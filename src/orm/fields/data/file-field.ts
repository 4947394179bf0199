import { CharField, type CharOptions } from "../text/char-field.js";

/** Options of `f.file`. */
export interface FileOptions extends CharOptions {
  /** The folder of new files, or what gives their path. Read by the storage of files. */
  readonly uploadTo?: string | ((instance: object, fileName: string) => string);
}

/** Options of `f.image`. */
export interface ImageOptions extends FileOptions {
  /** The field that is to keep the width, in pixels. */
  readonly widthField?: string;
  /** The field that is to keep the height, in pixels. */
  readonly heightField?: string;
}

/** The path of a file in a storage, at most 100 characters unless `maxLength` says otherwise. Empty for no file. */
export class FileField extends CharField {
  override readonly typeName: string = "file";

  constructor(options: FileOptions = {}) {
    super({ maxLength: 100, ...options });
  }
}

/** The path of an image in a storage. */
export class ImageField extends FileField {
  override readonly typeName = "image";
}
