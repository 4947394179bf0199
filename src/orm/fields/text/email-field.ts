import { CharField, type CharOptions } from "./char-field.js";
import { refuse, show } from "../problem.js";

// The addresses that people have, as HTML's <input type=email> takes them, and the same in other scripts.
const local = /^[\p{L}\p{N}.!#$%&'*+/=?^_`{|}~-]{1,64}$/u;
const label = /^[\p{L}\p{N}](?:[\p{L}\p{N}\p{M}-]{0,61}[\p{L}\p{N}\p{M}])?$/u;

/** An e-mail address, at most 254 characters unless `maxLength` says otherwise. */
export class EmailField extends CharField {
  override readonly typeName = "email";

  constructor(options: CharOptions = {}) {
    super({ maxLength: 254, ...options });
  }

  override validate(value: string): void {
    super.validate(value);
    if (value !== "" && !isEmail(value)) refuse("invalid", `is not an e-mail address: ${show(value)}`);
  }
}

/** Whether `text` has the form of an e-mail address; whether mail arrives there only sending some can tell. */
export function isEmail(text: string): boolean {
  const at = text.lastIndexOf("@");
  const name = text.slice(0, at);
  const domain = text.slice(at + 1);
  if (at < 1 || !local.test(name) || name.startsWith(".") || name.endsWith(".") || name.includes("..")) return false;
  const labels = domain.split(".");
  return (
    domain.length <= 253 && (labels.length > 1 || domain === "localhost") && labels.every((one) => label.test(one))
  );
}
