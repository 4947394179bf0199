import { AdminSite } from "./admin-site.js";

/** The admin that most projects have alone: `admin.register(Room)`. */
export const admin = new AdminSite();
