import { fileURLToPath } from "node:url";

import { adminApp, AdminSite } from "hotclub/admin";
import { authApp } from "hotclub/auth";
import { cacheApp } from "hotclub/cache";
import type { AppConfig } from "hotclub/core";
import { installModels, loadProjectMigrations, makeMigrations, RefusingQuestioner } from "hotclub/orm";
import type { Project } from "hotclub/project";
import { sessionsApp } from "hotclub/sessions";
import { describe, expect, it } from "vitest";

// Not imported by its name: it says for its whole program who its users are, and this program has others.
const file = fileURLToPath(new URL("../../examples/chat/project.ts", import.meta.url));

/** What `hotclub makemigrations` would write for all of these apps that keep anything. */
async function missing(apps: Iterable<AppConfig>): Promise<readonly string[]> {
  installModels(apps);
  const project = await loadProjectMigrations(apps);
  const only = project.apps.filter(({ migrations }) => migrations !== undefined).map(({ name }) => name);
  expect(only).toContain("auth");
  const migrations = await makeMigrations(project, { only, questioner: new RefusingQuestioner({ noRenames: true }) });
  return migrations.map(({ text }) => text);
}

describe("the migrations that come with the framework", () => {
  it("lead to the models of its own apps as they are", async () => {
    expect(await missing([sessionsApp, authApp, cacheApp, adminApp(new AdminSite())])).toEqual([]);
  });

  it("and those of the chat lead to the chat's", async () => {
    const { default: project } = (await import(/* @vite-ignore */ file)) as { default: Project };
    expect(await missing(project.apps)).toEqual([]);
  });
});
