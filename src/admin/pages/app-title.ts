import { capitalized, inWords } from "../model/words.js";

/** What people call an app. */
export function appTitle(name: string): string {
  return capitalized(inWords(name));
}
