import { meta } from "../../orm/index.js";
import { AbstractUser } from "./abstract-user.js";

/** The users of a project that has no model of its own for them: Django's, in a table of the same name and columns. */
export class User extends AbstractUser {
  static override meta = meta({ ordering: ["username"], swappable: true });
}
