import { defineError } from "../core/index.js";

/** `PasswordHashes` was given no hasher. Give it one, or nothing for the default ones. */
export class HasherMissing extends defineError({
  code: "SECURITY_HASHER_MISSING",
  message: () => "There is no hasher for passwords. Give PasswordHashes at least one, or nothing for the default ones.",
}) {}

/** A password does not keep the rules; `params.problems` says which. Ask for another one. */
export class PasswordRefused extends defineError({
  code: "SECURITY_PASSWORD_REFUSED",
  message: (p: { problems: readonly { readonly code: string; readonly message: string }[] }) =>
    p.problems.map(({ message }) => message).join(" "),
  status: 400,
}) {}
