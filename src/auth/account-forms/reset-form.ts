import { field, Form } from "../../forms/index.js";

/** Asks for the address that a link to choose a new password is sent to. */
export class ResetForm extends Form {
  email = field.email({
    label: "E-mail address",
    autocomplete: "email",
    maxLength: 254,
    attributes: { autofocus: true },
  });
}
