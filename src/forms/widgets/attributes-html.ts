import { escapeHtml, safe, type SafeString } from "../../templates/index.js";
import { FormInvalid } from "../errors.js";

/** The value of an attribute: `true` for one without a value; `false`, `null` and `undefined` leave it out. */
export type AttributeValue = string | number | boolean | null | undefined;

/** Attributes of an element of HTML, by name. */
export type Attributes = Readonly<Record<string, AttributeValue>>;

/** Attributes as they stand in a tag, each with a blank before it. Throws `FormInvalid` for a name that is none. */
export function attributesHtml(attributes: Attributes): SafeString {
  let text = "";
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (!/^[^\s"'<>/=\p{Cc}]+$/u.test(name)) {
      throw new FormInvalid({ form: "A widget", problem: `has an attribute with the name ${JSON.stringify(name)}` });
    }
    text += value === true ? ` ${name}` : ` ${name}="${escapeHtml(String(value))}"`;
  }
  return safe(text);
}
