import { defineApp, f, meta, Model, PermissionDenied } from "hotclub";
import {
  AnonymousUser,
  type AuthBackend,
  authenticate,
  Group,
  makePermissions,
  modelBackend,
  Permission,
  permissionFor,
  User,
} from "hotclub/auth";
import { captureQueries, installModels } from "hotclub/orm";
import type { TestSite } from "hotclub/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

import { openSite, someone } from "./site.js";

class Tune extends Model {
  title = f.char();
  static meta = meta({ permissions: { play_tune: "Can play a tune" } });
}
class BarNote extends Model {
  text = f.char();
  static meta = meta({ defaultPermissions: ["view"] });
}
const music = defineApp({ name: "music", models: [Tune, BarNote] });

/** Lets a user change the tunes that are her own. */
const owners: AuthBackend = {
  name: "owners",
  hasPermission: (who, permission, object) => {
    if (permission === "music.delete_tune") throw new PermissionDenied({ detail: "never" });
    return permission === "music.change_tune" && object !== undefined && "owner" in object && object.owner === who.pk;
  },
};

let site: TestSite;
let user: User;
beforeEach(async () => {
  site = await openSite();
  installModels([music]);
  await makePermissions([music]);
  user = await someone("django");
});
afterEach(() => site.close());

const fresh = () => User.get({ pk: user.pk });

describe("permissions", () => {
  test("each model has its own, made once, with what its meta says", async () => {
    expect(await makePermissions([music])).toBe(0);
    const codes = (await Permission.filter({ app: "music" })).map(({ code }) => code);
    expect(codes.toSorted()).toEqual([
      "music.add_tune",
      "music.change_tune",
      "music.delete_tune",
      "music.play_tune",
      "music.view_barnote",
      "music.view_tune",
    ]);
    expect((await Permission.get({ codename: "view_barnote" })).name).toBe("Can view bar note");
    expect(permissionFor("change", Tune)).toBe("music.change_tune");
  });

  test("those of the project's own apps are made when it starts", async () => {
    expect(await Permission.filter({ app: "auth", codename: "change_user" }).exists()).toBe(true);
  });

  test("a user has what was given to her and to her groups", async () => {
    await user.userPermissions.add(await Permission.get({ codename: "play_tune" }));
    const band = await Group.create({ name: "band" });
    await band.permissions.add(await Permission.filter({ codename__in: ["view_tune", "change_tune"] }));
    await user.groups.add(band);
    const she = await fresh();
    expect([...(await she.getAllPermissions())].toSorted()).toEqual([
      "music.change_tune",
      "music.play_tune",
      "music.view_tune",
    ]);
    expect(await she.getGroupPermissions()).toEqual(new Set(["music.change_tune", "music.view_tune"]));
    expect(await she.hasPerm("music.change_tune")).toBe(true);
    expect(await she.hasPerms(["music.change_tune", "music.delete_tune"])).toBe(false);
    expect(await she.hasModulePerms("music")).toBe(true);
    expect(await she.hasModulePerms("auth")).toBe(false);
  });

  test("they are asked for once: two queries, however many questions", async () => {
    const she = await fresh();
    const { queries } = await captureQueries(async () => {
      for (const code of ["music.view_tune", "music.add_tune", "music.view_tune"]) await she.hasPerm(code);
      await she.getAllPermissions();
      await she.hasModulePerms("music");
    });
    expect(queries.length).toBe(2);
  });

  test("a superuser may do everything, without a query; who is not active nothing", async () => {
    const boss = await someone("boss", { isSuperuser: true });
    const { queries } = await captureQueries(() => boss.hasPerm("whatever.it_is"));
    expect([queries.length, await boss.hasPerm("whatever.it_is")]).toEqual([0, true]);
    boss.isActive = false as typeof boss.isActive;
    expect(await boss.hasPerm("whatever.it_is")).toBe(false);
    expect(await boss.hasModulePerms("music")).toBe(false);
  });

  test("just anybody may do nothing", async () => {
    expect(await new AnonymousUser().hasPerm("music.view_tune")).toBe(false);
    expect(await new AnonymousUser().hasModulePerms("music")).toBe(false);
  });
});

describe("backends", () => {
  test("one of the project's own knows of objects, and can say no for all", async () => {
    await site.close();
    site = await openSite({ backends: [owners, modelBackend()] });
    installModels([music]);
    await makePermissions([music]);
    const she = await someone("django");
    await she.userPermissions.add(await Permission.filter({ codename__in: ["delete_tune", "add_tune"] }));
    expect(await she.hasPerm("music.change_tune", { owner: she.pk })).toBe(true);
    expect(await she.hasPerm("music.change_tune", { owner: 0 })).toBe(false);
    expect(await she.hasPerm("music.add_tune")).toBe(true);
    expect(await she.hasPerm("music.delete_tune")).toBe(false);
  });

  test("they are asked in their order, and one that refuses ends it", async () => {
    const asked: string[] = [];
    const backend = (name: string, answer: () => Promise<User | undefined>): AuthBackend => ({
      name,
      authenticate: () => (asked.push(name), answer()),
    });
    await site.close();
    site = await openSite({
      backends: [
        backend("first", async () => undefined),
        backend("second", () => Promise.reject(new PermissionDenied({ detail: "no" }))),
        backend("third", () => User.get({ username: "django" })),
      ],
    });
    await someone("django");
    expect(await authenticate({ username: "django", password: "secret of django" })).toBeUndefined();
    expect(asked).toEqual(["first", "second"]);
  });
});
