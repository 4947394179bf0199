import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { authApp, authentication, login, User } from "hotclub/auth";
import { http, HttpConsumer } from "hotclub/consumers";
import { defineSettings } from "hotclub/core";
import { f, meta, Model } from "hotclub/orm";
import { defineProject, serve } from "hotclub/project";
import { databaseSessions, sessions, sessionsApp } from "hotclub/sessions";

import { announce } from "../../announce.js";
import { newPostgresDatabase } from "../../load/orm-data.js";
import { loginPath, pagePath, pageSize, password, username } from "./page.js";

class Author extends Model {
  username = f.char({ maxLength: 40 });
  static meta = meta({ dbTable: "bench_user", managed: false });
}
class Message extends Model {
  author = f.foreignKey(() => Author, { onDelete: "cascade" });
  text = f.text();
  likes = f.int();
  open = f.bool();
  sentAt = f.dateTime();
  static meta = meta({ dbTable: "bench_message", managed: false });
}

class Page extends HttpConsumer {
  async get() {
    const user = await this.user;
    const messages = await Message.all().selectRelated("author").orderBy("id").slice(0, pageSize);
    return this.render("page.liquid", { user: user.isAuthenticated ? user.displayName : "whoever you are", messages });
  }
}
class LogIn extends HttpConsumer {
  async get() {
    await login(this.scope, await User.get({ username }));
    return this.redirect("/");
  }
}

const templates = mkdtempSync(join(tmpdir(), "bench-page-"));
writeFileSync(
  join(templates, "page.liquid"),
  `<!doctype html><title>Messages</title><h1>Hello, {{ user }}</h1><table>{% for message in messages %}
<tr><td>{{ message.id }}</td><td>{{ message.author.username }}</td><td>{{ message.text }}</td><td>{{ message.likes }}</td></tr>{% endfor %}
</table>`,
);

const project = defineProject({
  name: "bench",
  settings: defineSettings(
    {},
    {
      SECRET_KEY: "for the bench only, and nowhere else at all",
      LOG_LEVEL: "error",
      MIGRATE_ON_START: "always",
      DATABASE_URL: await newPostgresDatabase(),
      ALLOWED_HOSTS: "localhost,127.0.0.1",
    },
  ),
  models: [Author, Message],
  apps: [sessionsApp, authApp],
  templates,
  middleware: [sessions({ engine: databaseSessions() }), authentication()],
  routes: [http(pagePath, Page), http(loginPath, LogIn)],
});
const served = await serve(project, { host: "127.0.0.1", port: 0 });
await User.createUser({ username, password });
announce(served.port);
