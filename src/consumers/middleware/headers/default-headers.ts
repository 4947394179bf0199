import type { HeaderLine, HttpScope } from "../../../core/index.js";
import { addHeader } from "../outgoing-head.js";
import type { ContentSecurityPolicy } from "./content-security-policy.js";

/** Headers that every response has unless it says otherwise. */
export class DefaultHeaders {
  readonly #fixed: readonly HeaderLine[];
  readonly #policies: readonly ContentSecurityPolicy[];
  /** The lengths of their names: most headers of a response are told from them by that. */
  readonly #lengths: readonly boolean[];

  constructor(fixed: readonly HeaderLine[], policies: readonly ContentSecurityPolicy[]) {
    this.#fixed = fixed;
    this.#policies = policies;
    const names = [...fixed.map(([name]) => name), ...policies.map(({ header }) => header)];
    const lengths: boolean[] = [];
    for (const { length } of names) lengths[length] = true;
    this.#lengths = Array.from(lengths, (isOne) => isOne);
  }

  addTo(headers: HeaderLine[], scope: HttpScope): void {
    if (this.#mayHaveSome(headers)) {
      for (const line of this.#fixed) addHeader(headers, line);
      for (const policy of this.#policies) addHeader(headers, policy.lineFor(scope));
    } else {
      for (const line of this.#fixed) headers.push(line);
      for (const policy of this.#policies) headers.push(policy.lineFor(scope));
    }
  }

  #mayHaveSome(headers: readonly HeaderLine[]): boolean {
    for (const line of headers) if (this.#lengths[line[0].length] === true) return true;
    return false;
  }
}
