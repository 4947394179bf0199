/**
 * What the project keeps in sessions; each part of it adds its own.
 *
 * ```ts
 * declare module "hotclub/sessions" {
 *   interface SessionData {
 *     cart: number[];
 *   }
 * }
 * ```
 */
export interface SessionData {}

/** The keys that sessions may have. */
export type SessionKey = Extract<keyof SessionData, string>;
