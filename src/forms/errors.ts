import { defineError } from "../core/index.js";
import type { FormError } from "./form-error.js";

/** A form is declared in a way that cannot work: correct what `problem` says. */
export class FormInvalid extends defineError({
  code: "FORMS_FORM_INVALID",
  message: (p: { form: string; problem: string }) => `${p.form} ${p.problem}.`,
}) {}

/** The values or errors of a form were asked for before it was checked: `await form.isValid()` first. */
export class FormNotChecked extends defineError({
  code: "FORMS_NOT_CHECKED",
  message: (p: { form: string; asked: string }) =>
    `${p.form} was asked for ${p.asked} before it was checked. Await isValid() first.`,
}) {}

/** `cleanedData` or `save` of a form that was given no data, or whose data is not valid: look at what `isValid` says. */
export class FormNotValid extends defineError({
  code: "FORMS_NOT_VALID",
  message: (p: { form: string; asked: string; problems: string }) =>
    `${p.form} was asked for ${p.asked}, but ${p.problems}. Within clean(), ask fields for their cleaned value instead.`,
}) {}

/** 400: a value does not fit a field of a form. Thrown by what checks values; the form shows it at the field. */
export class InvalidValue extends defineError({
  code: "FORMS_INVALID_VALUE",
  message: (p: { errors: readonly FormError[] }) => p.errors.map(({ message }) => message).join(" "),
  status: 400,
  closeCode: 1007,
}) {
  get errors(): readonly FormError[] {
    return this.params.errors;
  }
}

/** `save` with `commit: false` needs `saveM2m()` after the instance was saved; it was called too early, or twice. */
export class LinksNotReady extends defineError({
  code: "FORMS_LINKS_NOT_READY",
  message: (p: { form: string; problem: string }) => `saveM2m of ${p.form} ${p.problem}.`,
}) {}
