import type { Form } from "../form.js";
import { type FormClass, FormSet, type FormSetInput, type FormSetOptions } from "./form-set.js";

/** A class of sets of forms `F`, to be used as it is or to be extended. */
export type FormSetClass<F extends Form> = (new (input?: FormSetInput) => FormSet<F>) &
  Omit<typeof FormSet, "prototype">;

/**
 * Several forms of one class on one page:
 *
 * ```ts
 * const LineSet = formSet(LineForm, { extra: 3, max: 20, canDelete: true });
 * const lines = await LineSet.from(this.request);
 * if (await lines.isValid()) for (const line of lines.cleanedData) …
 * ```
 */
export function formSet<F extends Form>(form: FormClass<F>, options: FormSetOptions = {}): FormSetClass<F> {
  const made = class extends FormSet<F> {
    static override readonly form = form;
    static override readonly options = options;
  };
  Object.defineProperty(made, "name", { value: `${form.name}Set` });
  return made;
}
