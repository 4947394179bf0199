import { commonPasswords } from "./common-passwords.js";
import type { PasswordRule } from "./password-rule.js";
import { likeness } from "./likeness.js";

/** At least `min` characters. Default 8 (NIST SP 800-63B §5.1.1.1). */
export function minimumLength(min = 8): PasswordRule {
  return {
    help: `It must have at least ${min} characters.`,
    check(password) {
      // Code points, as NIST counts them, not what UTF-16 makes of them.
      const length = Array.from(password).length;
      if (length >= min) return undefined;
      const message = `This password is too short: it has ${length} of at least ${min} characters.`;
      return { code: "password_too_short", params: { min, length }, message };
    },
  };
}

/** Not only digits. */
export function notOnlyDigits(): PasswordRule {
  return {
    help: "It must not be made of digits alone.",
    check(password) {
      if (!/^\p{Nd}+$/u.test(password)) return undefined;
      return { code: "password_entirely_numeric", params: {}, message: "This password is made of digits alone." };
    },
  };
}

/** None of the tens of thousands that most people choose. */
export function notCommon(): PasswordRule {
  return {
    help: "It must not be one that many people use.",
    async check(password) {
      const known = await commonPasswords();
      if (!known.has(password.toLowerCase().trim())) return undefined;
      return { code: "password_too_common", params: {}, message: "This password is used by many people." };
    },
  };
}

/** Not like her name or address: less than `max` of the characters in common, from 0 to 1. Default 0.7, as Django's. */
export function notLikeOwner(max = 0.7): PasswordRule {
  return {
    help: "It must not be like your other personal information.",
    check(password, { attributes = {} }) {
      const lower = password.toLowerCase();
      for (const [name, value] of Object.entries(attributes)) {
        if (value === undefined || value === "") continue;
        // Its parts, too: the name in an address.
        const parts = [...value.toLowerCase().split(/\W+/), value.toLowerCase()];
        if (!parts.some((part) => part !== "" && isNear(lower.length, part.length) && likeness(lower, part) >= max))
          continue;
        const message = `This password is too much like the ${name}.`;
        return { code: "password_too_similar", params: { name }, message };
      }
      return undefined;
    },
  };

  /** A single letter is in every password; whatever is so much shorter cannot be what it is made of. */
  function isNear(length: number, part: number): boolean {
    return (max * length) / 2 <= part;
  }
}

/** Django's four rules. */
export function defaultPasswordRules(): readonly PasswordRule[] {
  return [notLikeOwner(), minimumLength(), notCommon(), notOnlyDigits()];
}
