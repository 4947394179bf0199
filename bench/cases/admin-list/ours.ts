import { admin, adminApp } from "hotclub/admin";
import { authApp, authentication, login, User } from "hotclub/auth";
import { http, HttpConsumer, include } from "hotclub/consumers";
import { defineSettings } from "hotclub/core";
import { f, index, meta, Model } from "hotclub/orm";
import { defineProject, serve } from "hotclub/project";
import { databaseSessions, sessions, sessionsApp } from "hotclub/sessions";

import { announce } from "../../announce.js";
import { newPostgresDatabase } from "../../load/orm-data.js";
import { fillTickets, loginPath } from "./list.js";

class Owner extends Model {
  name = f.char({ maxLength: 40 });
}
class Ticket extends Model {
  title = f.char({ maxLength: 80 });
  state = f.char({ maxLength: 10, choices: { open: "Open", done: "Done", lost: "Lost" } });
  owner = f.foreignKey(() => Owner, { onDelete: "cascade" });
  openedAt = f.dateTime();
  static meta = meta({ indexes: [index("state", "-openedAt", "-id")] });
}
admin.register(Owner);
admin.register(Ticket, { listDisplay: ["title", "state", "owner", "openedAt"], searchFields: ["title"] });

class LogIn extends HttpConsumer {
  async get() {
    await login(this.scope, await User.get({ username: "django" }));
    return this.redirect("/admin/");
  }
}

const databaseUrl = await newPostgresDatabase();
const project = defineProject({
  name: "bench",
  settings: defineSettings(
    {},
    {
      SECRET_KEY: "for the bench only, and nowhere else at all",
      LOG_LEVEL: "error",
      MIGRATE_ON_START: "always",
      DATABASE_URL: databaseUrl,
      ALLOWED_HOSTS: "localhost,127.0.0.1",
    },
  ),
  models: [Owner, Ticket],
  apps: [sessionsApp, authApp, adminApp()],
  middleware: [sessions({ engine: databaseSessions() }), authentication()],
  routes: [http(loginPath, LogIn), include("/admin/", admin.routes, { namespace: "admin" })],
});
const served = await serve(project, { host: "127.0.0.1", port: 0 });
await User.createUser({ username: "django", password: "manoir de mes rêves", isStaff: true, isSuperuser: true });
process.stderr.write(`${await fillTickets(databaseUrl)}\n`);
announce(served.port);
