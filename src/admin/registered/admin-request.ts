import type { HttpScope, WebSocketScope } from "../../core/index.js";

/** Who works in the admin, as far as the admin needs to know. The users of `hotclub/auth` fit. */
export interface AdminUser {
  readonly pk: unknown;
  /** What pages call her. */
  readonly displayName: string;
  readonly isActive: boolean;
  readonly isStaff: boolean;
  readonly isSuperuser: boolean;
  /** Whether she may do what `permission` says: `chat.change_room`. */
  hasPerm(permission: string, row?: object): Promise<boolean>;
}

/** What the hooks of a `ModelAdmin` know about the request that they serve. */
export interface AdminRequest {
  readonly user: AdminUser;
  readonly scope: HttpScope | WebSocketScope;
}
