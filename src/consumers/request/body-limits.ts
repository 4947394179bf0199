import { tmpdir } from "node:os";

/** What forms may hold. Beyond a number it is 400, beyond a size 413. */
export interface UploadLimits {
  /** How many fields, files not counted. Default 1,000 (Django's). */
  readonly maxFields: number;
  /** How many files. Default 100 (Django's). */
  readonly maxFiles: number;
  /** The largest file, in bytes. Default 100 MiB; Django has no such limit. */
  readonly maxFileBytes: number;
  /** All files of a form together, in bytes. Default 1 GiB; Django has no such limit. */
  readonly maxTotalFileBytes: number;
  /** Where files wait until their request has ended. Default: the system's directory for such files. */
  readonly directory: string;
}

/** What holds where a project and a consumer say nothing. */
export const defaultUploadLimits: UploadLimits = {
  maxFields: 1000,
  maxFiles: 100,
  maxFileBytes: 104_857_600,
  maxTotalFileBytes: 1_073_741_824,
  directory: tmpdir(),
};

/** What one request may hold. */
export interface BodyLimits extends UploadLimits {
  /** The largest body that is read into memory, and the largest fields of a form together, in bytes. */
  readonly maxBodyBytes: number;
}
