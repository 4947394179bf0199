import { authApp } from "hotclub/auth";
import { installModels, loadProjectMigrations, makeMigrations, RefusingQuestioner } from "hotclub/orm";
import { expect, test } from "vitest";

test("the migrations of the app of users lead to its models", async () => {
  installModels([authApp]);
  const migrations = await loadProjectMigrations([authApp]);
  expect(await makeMigrations(migrations, { questioner: new RefusingQuestioner(), only: ["auth"] })).toEqual([]);
});
