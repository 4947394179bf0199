import type { UploadedFile } from "../../consumers/index.js";
import {
  checkImage,
  checkUpload,
  ImageLibraryMissing,
  storages,
  storedFile,
  type UploadProblem,
  UploadRefused,
  type UploadRules,
} from "../../storage/index.js";
import { FileInput, type SentFile } from "../widgets/file-input.js";
import type { Attributes } from "../widgets/attributes-html.js";
import type { Widget } from "../widgets/widget.js";
import { type FieldOptions, FormField } from "./form-field.js";

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
  /** Whether what the form opens with is the name of a file in the storage, so that it can be linked. Default false. */
  readonly isStored?: boolean;
}

/** What is said of what storages refuse. */
const codes: Readonly<Record<UploadProblem, string>> = {
  empty: "empty",
  tooLarge: "max_bytes",
  extension: "invalid_extension",
  contradiction: "invalid_content",
  type: "invalid_content",
  damagedImage: "invalid_image",
  tooManyPixels: "invalid_image",
};

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

  /** Where the file that is there can be seen, too. */
  protected override format(value: unknown): unknown {
    const isName = this.#options.isStored === true && typeof value === "string" && storages.has("default");
    return isName ? storedFile(value) : value;
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
    const rules = {
      allowEmpty,
      ...(maxBytes !== undefined && { maxBytes }),
      ...(extensions !== undefined && { extensions }),
    };
    await this.#inspect(file, rules);
    return file;
  }

  async #inspect(file: UploadedFile, rules: UploadRules): Promise<void> {
    try {
      await this.inspect(file, rules);
    } catch (thrown) {
      if (!(thrown instanceof UploadRefused)) throw thrown;
      const extension = /\.([^.]+)$/.exec(file.name)?.[1]?.toLowerCase() ?? "";
      this.refuse(codes[thrown.params.problem], {
        limit: rules.maxBytes,
        size: file.size,
        extension,
        allowed: (rules.extensions ?? []).join(", "),
      });
    }
  }

  /** Looks at what is in the file. Rejects with `UploadRefused`. */
  protected async inspect(file: UploadedFile, rules: UploadRules): Promise<void> {
    await checkUpload(file, rules);
  }

  override async hasChanged(): Promise<boolean> {
    const sent = this.sent as SentFile | undefined;
    return sent !== undefined && (sent.file !== undefined || (sent.isCleared && !this.required));
  }
}

const imageExtensions = ["avif", "gif", "jpeg", "jpg", "png", "webp"];

/**
 * An image of a type that browsers show, by what is in the file and not by what the client says. It is read as a whole
 * where sharp is installed; without it only its first bytes are looked at. SVG is none: it can hold scripts.
 */
export class ImageField<Value = UploadedFile> extends FileField<Value> {
  constructor(options: FileOptions = {}) {
    super({ extensions: imageExtensions, ...options });
  }

  protected override attributes(): Attributes {
    return { accept: "image/*" };
  }

  protected override async inspect(file: UploadedFile, rules: UploadRules): Promise<void> {
    await super.inspect(file, rules);
    try {
      await checkImage(file.path, file.name);
    } catch (thrown) {
      if (!(thrown instanceof ImageLibraryMissing)) throw thrown;
    }
  }
}
