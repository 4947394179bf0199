/** What all servers of this case show: the 100 messages that come first, to a user who has logged in. */
export const pageSize = 100;
export const username = "django";
export const password = "manoir de mes rêves";

/** One row of the page. */
export interface PageRow {
  readonly id: number;
  readonly author: string;
  readonly text: string;
  readonly likes: number;
}

/** The tables that Django's sessions and users need beside the messages are made by each server for itself. */
export const loginPath = "/login/";
export const pagePath = "/";
