import { anyUserModel } from "../users/user-model.js";

/** What people call what they log in with. */
export function nameLabel(): string {
  const { usernameField } = anyUserModel();
  if (usernameField === "username") return "User name";
  if (usernameField === "email") return "E-mail address";
  return usernameField.replaceAll(/([\p{Ll}\d])(\p{Lu})/gu, "$1 $2").replace(/^./, (letter) => letter.toUpperCase());
}
