/**
 * Forms: what people are asked for, checked and shown again with what is wrong. Its three main names are `Form`, `field`
 * and `modelForm`.
 *
 * ```ts
 * class ContactForm extends Form {
 *   email = field.email();
 *   text = field.text({ maxLength: 2000 });
 * }
 * const form = await ContactForm.from(this.request);
 * if (!(await form.isValid())) return this.render("contact.liquid", { form }, { status: 422 });
 * await sendMail({ to: form.cleanedData.email, text: form.cleanedData.text });
 * ```
 */
export { FormInvalid, FormNotChecked, FormNotValid, InvalidValue, LinksNotReady } from "./errors.js";
export { BooleanField, NullBooleanField } from "./fields/boolean-fields.js";
export { CharField, type CharOptions, HiddenField, PasswordField, TextField } from "./fields/char-field.js";
export {
  ChoiceField,
  type ChoiceOptions,
  MultipleChoiceField,
  type MultipleChoiceOptions,
  TypedChoiceField,
  type TypedChoiceOptions,
} from "./fields/choice-fields.js";
export type { ChoiceList, ChoiceSource, ChosenOf } from "./fields/choices.js";
export {
  DateField,
  DateTimeField,
  type DateTimeOptions,
  DurationField,
  durationText,
  SplitDateTimeField,
  TimeField,
} from "./fields/date-fields.js";
export { field } from "./fields/field-table.js";
export { FileField, type FileOptions, ImageField } from "./fields/file-fields.js";
export {
  type AnyFieldOptions,
  type CleanedValue,
  type FieldOptions,
  FormField,
  type FormValidator,
} from "./fields/form-field.js";
export {
  EmailField,
  IpAddressField,
  type IpAddressOptions,
  RegexField,
  type RegexOptions,
  SlugField,
  type SlugOptions,
  UrlField,
  type UrlOptions,
  UuidField,
} from "./fields/formatted-fields.js";
export { JsonField, type JsonOptions } from "./fields/json-field.js";
export { ListField } from "./fields/list-field.js";
export {
  ModelChoiceField,
  type ModelChoiceOptions,
  ModelMultipleChoiceField,
  type RowSource,
} from "./fields/model-choice-fields.js";
export {
  BigIntegerField,
  type BigIntegerOptions,
  DecimalField,
  type DecimalOptions,
  FloatField,
  IntegerField,
  type NumberOptions,
} from "./fields/number-fields.js";
export { type CleanedData, Form, type FormErrors, type FormRequest } from "./form.js";
export { ErrorList, type FormError } from "./form-error.js";
export { FormsTogether } from "./fields/forms-together.js";
export type { FormOptions } from "./form-state.js";
export { instanceLabel } from "./instance-label.js";
export { invalid, type InvalidOptions } from "./invalid.js";
export type { ErrorMessages } from "./messages.js";
export { formTemplates } from "./render-part.js";
export { modelForm, type ModelFormClass, modelFormOf } from "./models/define-model-form.js";
export { formFieldOf, type FormFieldMaker, type FormFieldOptions, registerFormField } from "./models/form-field-of.js";
export { ModelForm, type ModelFormOptions, modelOfForm, type SaveFormOptions } from "./models/model-form.js";
export type { FormFieldName, ModelFormDetails, ModelFormFields } from "./models/model-form-types.js";
export { formSet, type FormSetClass } from "./sets/define-form-set.js";
export {
  inlineFormSet,
  type InlineFormSetClass,
  modelFormSet,
  type ModelFormSetClass,
} from "./sets/define-model-form-set.js";
export { type FormClass, FormSet, type FormSetInput, type FormSetOptions } from "./sets/form-set.js";
export { InlineFormSet, type InlineFormSetInput, type InlineFormSetOptions } from "./sets/inline-form-set.js";
export { ModelFormSet, type ModelFormSetInput, type ModelFormSetOptions } from "./sets/model-form-set.js";
export type { FormSource, PlainData, SubmittedData } from "./submitted-data.js";
export type { Attributes, AttributeValue } from "./widgets/attributes-html.js";
export { Checkbox } from "./widgets/checkbox.js";
export { FileInput, type SentFile } from "./widgets/file-input.js";
export { Input, PasswordInput, TemporalInput, Textarea } from "./widgets/input.js";
export { CheckboxSelectMultiple, RadioSelect, Select, SelectMultiple } from "./widgets/select.js";
export { MultipleHidden, SplitDateTime } from "./widgets/several.js";
export { widget } from "./widgets/widget-table.js";
export { type ShownChoice, Widget, type WidgetContext, type WidgetUse } from "./widgets/widget.js";
