import type { UploadedFile } from "../../consumers/index.js";
import { FileInput, type SentFile } from "../widgets/file-input.js";
import type { Attributes } from "../widgets/attributes-html.js";
import type { Widget } from "../widgets/widget.js";
import { type FieldOptions, FormField } from "./form-field.js";
import { imageTypeOf } from "./image-type.js";

/** Options of `field.file`. */
export interface FileOptions extends FieldOptions<UploadedFile, unknown> {
  /** The largest file, in bytes. What the request allows counts as well. */
  readonly maxBytes?: number;
  /** How long its name may be. Default 100 characters (Django's). */
  readonly maxNameLength?: number;
  /** Whether a file without content is taken. Default false. */
  readonly allowEmpty?: boolean;
  /** The endings that are allowed, without the point, in lower case: `["pdf", "txt"]`. */
  readonly extensions?: readonly string[];
}

/** Says that the file that is there is to be removed. */
const cleared = Symbol("cleared");

/**
 * A file. What is sent is an `UploadedFile`; where the form opens with a file and nothing is sent, that one stays. Where
 * there is none, and where it is to be removed, null.
 */
export class FileField<Value = UploadedFile> extends FormField<Value> {
  readonly #options: FileOptions;

  constructor(options: FileOptions = {}) {
    super(options);
    this.#options = options;
  }

  protected defaultWidget(): Widget {
    return new FileInput();
  }

  protected override attributes(): Attributes {
    const { extensions } = this.#options;
    return { accept: extensions?.map((extension) => `.${extension}`).join(",") };
  }

  protected parse(raw: unknown): unknown {
    const { file, isCleared } = (raw ?? { file: undefined, isCleared: false }) as SentFile;
    // A box that is not shown cannot be ticked.
    const isRemoved = isCleared && !this.required;
    if (file !== undefined && isRemoved) this.refuse("contradiction");
    return isRemoved ? cleared : file;
  }

  protected override async cleanValue(raw: unknown): Promise<Value> {
    const parsed = this.parse(raw);
    if (parsed === cleared) return null as Value;
    const initial = await this.loadInitial();
    if (parsed === undefined && initial !== undefined && initial !== null && initial !== "") return initial as Value;
    return super.cleanValue(raw);
  }

  protected override async check(value: unknown): Promise<unknown> {
    const file = value as UploadedFile;
    const { maxBytes, maxNameLength = 100, allowEmpty = false, extensions } = this.#options;
    const length = Array.from(file.name).length;
    if (length > maxNameLength) this.refuse("max_name_length", { limit: maxNameLength, length });
    if (file.size === 0 && !allowEmpty) this.refuse("empty");
    if (maxBytes !== undefined && file.size > maxBytes) this.refuse("max_bytes", { limit: maxBytes, size: file.size });
    const extension = /\.([^.]+)$/.exec(file.name)?.[1]?.toLowerCase() ?? "";
    if (extensions !== undefined && !extensions.includes(extension)) {
      this.refuse("invalid_extension", { extension, allowed: extensions.join(", ") });
    }
    return file;
  }

  override async hasChanged(): Promise<boolean> {
    const sent = this.sent as SentFile | undefined;
    return sent !== undefined && (sent.file !== undefined || (sent.isCleared && !this.required));
  }
}

const imageExtensions = ["avif", "bmp", "gif", "ico", "jpeg", "jpg", "png", "tif", "tiff", "webp"];

/**
 * An image of a type that browsers show, by what is in the file and not by what the client says. SVG is none of them:
 * it can hold scripts.
 */
export class ImageField<Value = UploadedFile> extends FileField<Value> {
  constructor(options: FileOptions = {}) {
    super({ extensions: imageExtensions, ...options });
  }

  protected override attributes(): Attributes {
    return { accept: "image/*" };
  }

  protected override async check(value: unknown): Promise<unknown> {
    const file = (await super.check(value)) as UploadedFile;
    const type = await imageTypeOf(file);
    const extension = /\.([^.]+)$/.exec(file.name)?.[1]?.toLowerCase() ?? "";
    if (type === undefined || !type.extensions.includes(extension)) this.refuse("invalid_image");
    return file;
  }
}
