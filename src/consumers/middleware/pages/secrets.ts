/** What stands for a secret on a page. */
export const hidden = "[hidden]";

const secretName = /api|auth|token|key|secret|pass|signature|cookie|session|credential|private|dsn/i;
/** `user:password@` of a URL. */
const userInfo = /(?<=\b[a-z][a-z\d+.-]*:\/\/)[^\s/@?#:]*:[^\s/?#]*@/gi;
/** Shorter values would be found in words that have nothing to do with them. */
const minLength = 6;
const maxDepth = 4;

/** Whether a setting, header or parameter of this name holds what nobody may see. */
export function isSecretName(name: string): boolean {
  return secretName.test(name);
}

/** Takes secrets out of texts: those known by their value, and passwords in URLs wherever they stand. */
export class Secrets {
  readonly #values = new Set<string>();
  #pattern: RegExp | undefined;

  /** Keeps a text, or every text within a value, from being shown. */
  add(value: unknown, depth = 0): void {
    if (typeof value === "string") {
      if (value.length < minLength) return;
      // Half a surrogate pair has no encoding.
      this.#values.add(value).add(encodeURIComponent(value.replaceAll(/\p{Surrogate}/gu, "\uFFFD")));
      this.#pattern = undefined;
    } else if (typeof value === "object" && value !== null && depth < maxDepth) {
      for (const inner of Object.values(value)) this.add(inner, depth + 1);
    }
  }

  /** Keeps whatever stands under a secret name within `values` from being shown, and the passwords of URLs. */
  addNamed(values: object, depth = 0): void {
    for (const [name, value] of Object.entries(values)) {
      if (isSecretName(name)) this.add(value);
      else if (typeof value === "string") this.#addPassword(value);
      else if (typeof value === "object" && value !== null && depth < maxDepth) this.addNamed(value, depth + 1);
    }
  }

  #addPassword(text: string): void {
    for (const [found] of text.matchAll(userInfo)) {
      const password = found.slice(found.indexOf(":") + 1, -1);
      this.add(password);
      if (/%[\da-f]{2}/i.test(password)) this.add(decoded(password));
    }
  }

  /** `text` without what is known to be secret. */
  clean(text: string): string {
    const shown = this.#values.size === 0 ? text : text.replace(this.#theirPattern(), hidden);
    return shown.replace(userInfo, `${hidden}@`);
  }

  #theirPattern(): RegExp {
    // The longest first: one secret may begin with another.
    const longestFirst = [...this.#values].toSorted((a, b) => b.length - a.length);
    return (this.#pattern ??= new RegExp(longestFirst.map(quoted).join("|"), "g"));
  }
}

function quoted(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
