let loading: Promise<ReadonlySet<string>> | undefined;

/** What many people choose, in lower case: the list of zxcvbn, loaded when the first password is chosen. */
export function commonPasswords(): Promise<ReadonlySet<string>> {
  loading ??= import("@zxcvbn-ts/language-common").then(({ dictionary }) => new Set(dictionary["passwords-common"]));
  return loading;
}
