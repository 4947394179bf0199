/**
 * Who the users of the project are. A project with a user model of its own says so, beside the model:
 *
 * ```ts
 * declare module "hotclub/auth" {
 *   interface AuthTypes {
 *     user: Member;
 *   }
 * }
 * ```
 */
export interface AuthTypes {}
