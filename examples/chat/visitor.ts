import { BadSignature, type Cookies } from "hotclub";

const cookie = "visitor";
const aYear = { maxAgeS: 365 * 24 * 3600 };
const tunes = [
  "Nuages",
  "Belleville",
  "Daphne",
  "Manoir",
  "Tears",
  "Bolero",
  "Djangology",
  "Swing 42",
  "Lentement",
  "Blues Clair",
];

/** The name that a visitor goes by, kept in a signed cookie; `undefined` when there is none or it was tampered with. */
export function visitorName(cookies: Cookies): string | undefined {
  try {
    return cookies.getSigned(cookie, aYear);
  } catch (error) {
    if (error instanceof BadSignature) return undefined;
    throw error;
  }
}

export function rename(cookies: Cookies, name: string): void {
  cookies.setSigned(cookie, name, aYear);
}

/** The visitor's name, or a new one for a new visitor. */
export function welcome(cookies: Cookies): string {
  const known = visitorName(cookies);
  if (known !== undefined) return known;
  const name = `${tunes[Math.floor(Math.random() * tunes.length)]} ${Math.floor(Math.random() * 1000)}`;
  rename(cookies, name);
  return name;
}
