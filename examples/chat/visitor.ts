import { BadSignature, type Cookies, type HttpConsumer } from "hotclub";

import { Member } from "./models.js";

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

/** The name that a guest goes by, kept in a signed cookie; `undefined` when there is none or it was tampered with. */
export function visitorName(cookies: Cookies): string | undefined {
  try {
    return cookies.getSigned(cookie, aYear);
  } catch (error) {
    if (error instanceof BadSignature) return undefined;
    throw error;
  }
}

/** Gives a guest another name; not that of a member, who would not be herself any more. */
export async function rename(cookies: Cookies, name: string): Promise<boolean> {
  if (await Member.filter({ username__iexact: name.normalize("NFKC") }).exists()) return false;
  cookies.setSigned(cookie, name, aYear);
  return true;
}

/** What a visitor goes by: a member by the name of her account, a guest by the one that she has, or by a new one. */
export async function welcome({ user, cookies }: Pick<HttpConsumer, "user" | "cookies">): Promise<string> {
  const visitor = await user;
  if (visitor.isAuthenticated) return visitor.username;
  const known = visitorName(cookies);
  if (known !== undefined) return known;
  const name = `${tunes[Math.floor(Math.random() * tunes.length)]} ${Math.floor(Math.random() * 1000)}`;
  cookies.setSigned(cookie, name, aYear);
  return name;
}
