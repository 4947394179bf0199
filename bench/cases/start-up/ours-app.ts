import { http, HttpConsumer } from "hotclub/consumers";
import { defineSettings } from "hotclub/core";
import { defineProject, serve } from "hotclub/project";

class Hello extends HttpConsumer {
  get() {
    return this.text("Hello, world");
  }
}

const settings = defineSettings(
  {},
  {
    SECRET_KEY: "for the bench only, and nowhere else at all",
    LOG_LEVEL: "error",
    ALLOWED_HOSTS: "127.0.0.1",
    DATABASE_URL: "sqlite::memory:",
  },
);
const project = defineProject({ name: "empty", settings, routes: [http("/", Hello)] });
await serve(project, { host: "127.0.0.1", port: Number(process.env["PORT"]) });
