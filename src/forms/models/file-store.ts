import type { UploadedFile } from "../../consumers/index.js";
import type { ModelField } from "../../orm/index.js";
import { FormInvalid } from "../errors.js";

/** Keeps the files that people send with forms of models. */
export interface FormFileStore {
  /** Keeps `file` and gives what the field of the model is to hold: its path. */
  save(file: UploadedFile, field: ModelField, instance: object): Promise<unknown>;
}

let current: FormFileStore | undefined;

/** Says where forms of models keep the files that are sent with them. */
export function setFormFileStore(store: FormFileStore | undefined): void {
  current = store;
}

/** Throws `FormInvalid` where nobody keeps files. */
export function requireFileStore(form: string, field: string): FormFileStore {
  if (current !== undefined) return current;
  throw new FormInvalid({
    form,
    problem: `was sent a file for ${field}, and nobody keeps files: call setFormFileStore`,
  });
}
