import { defineSettings, env } from "hotclub";

export const settings = defineSettings({
  /** How many messages a room's page shows. */
  pageSize: env.integer("CHAT_PAGE_SIZE", { default: 50, min: 1, max: 500 }),
  /** The hosts whose pages are asked for their titles. A list, so that nobody can make this server fetch just anything. */
  linkHosts: env.list("CHAT_LINK_HOSTS", {
    default: ["github.com", "en.wikipedia.org", "nodejs.org"] as readonly string[],
  }),
});
