import { defineProject } from "hotclub";
import { adminApp } from "hotclub/admin";
import { authApp, authentication } from "hotclub/auth";
import { databaseSessions, sessions, sessionsApp } from "hotclub/sessions";

import { admin } from "./admin.js";
import { Member, Message, Room } from "./models.js";
import { routes } from "./routes.js";
import { settings } from "./settings.js";
import { fetchTitle } from "./tasks.js";

export default defineProject({
  name: "chat",
  settings,
  apps: [sessionsApp, authApp, adminApp(admin)],
  models: [Member, Room, Message],
  swaps: { "auth.User": Member },
  middleware: [sessions({ engine: databaseSessions() }), authentication({ redisUrl: settings.redisUrl })],
  migrations: new URL("./migrations/", import.meta.url),
  routes,
  tasks: [fetchTitle],
  templates: new URL("./templates/", import.meta.url),
  staticFiles: new URL("./static/", import.meta.url),
  async ready() {
    await Room.open("lobby", "Lobby");
    await Room.open("rehearsal", "Rehearsal");
  },
});
