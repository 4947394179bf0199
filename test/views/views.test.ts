import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

import {
  CreateView,
  defineProject,
  defineSettings,
  DeleteView,
  DetailView,
  f,
  field,
  Form,
  FormView,
  getListOr404,
  getOr404,
  http,
  HttpConsumer,
  ListView,
  Model,
  modelForm,
  RedirectView,
  TemplateView,
  UpdateView,
} from "hotclub";
import { meta, unique } from "hotclub/orm";
import { TestSite } from "hotclub/testing";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

class Owner extends Model {
  name = f.char({ maxLength: 40 });
}

class Room extends Model {
  title = f.char({ maxLength: 40 });
  slug = f.slug({ unique: true });
  owner = f.foreignKey(() => Owner, { onDelete: "protect", null: true });
  static meta = meta({ ordering: ["title"], constraints: [unique("owner", "title")] });

  absoluteUrl(): string {
    return `/rooms/${this.slug}/`;
  }
}

class SearchForm extends Form {
  word = field.char({ maxLength: 20 });
  next = field.hidden({ required: false });
}

class About extends TemplateView<{ topic: string }> {
  override templateName = "about.liquid";
  override extraContext = { company: "Hot & Club" };
}
class Old extends RedirectView<{ slug: string }> {
  override url = "/rooms/:slug/";
  override permanent = true;
  override keepsQuery = true;
}
class Gone extends RedirectView {}
class Rooms extends ListView<Room> {
  model = Room;
  override paginateBy = 2;
}
class RoomsByKey extends Rooms {
  override pagination = "keyset" as const;
}
class NoRooms extends ListView<Room> {
  model = Room;
  override allowEmpty = false;
  override templateName = "site/room_list.liquid";
  override queryset() {
    return Room.filter({ slug: "nothing" });
  }
}
class RoomPage extends DetailView<Room> {
  model = Room;
}
class NewRoom extends CreateView<Room> {
  model = Room;
  override fields = ["title", "slug"] as const;
}
class RoomForm extends modelForm(Room, { fields: ["title"] }) {}
class ChangeRoom extends UpdateView<Room> {
  model = Room;
  override formClass = RoomForm;
  override queryset() {
    return Room.exclude({ slug: "locked" });
  }
}
class DeleteRoom extends DeleteView<Room> {
  model = Room;
  override successUrl = "/rooms/";
}
class DeleteOwner extends DeleteView<Owner> {
  model = Owner;
  override successUrl = "/";
}
class Search extends FormView<SearchForm> {
  override templateName = "search.liquid";
  override successUrl = "/rooms/";
  override nextKey = "next";
  override initial = { word: "jazz" };
  formClass = SearchForm;
}
class Astray extends FormView<SearchForm> {
  override templateName = "search.liquid";
  override successUrl = "https://evil.example/";
  formClass = SearchForm;
}
class Finder extends HttpConsumer<{ slug: string }> {
  async get() {
    const room = await getOr404(Room, { slug: this.params.slug });
    const list = await getListOr404(Room.all(), { title: room.title });
    return this.json({ title: room.title, count: list.length });
  }
}
class FinderByKey extends HttpConsumer<{ key: string }> {
  async get() {
    return this.json({ title: (await getOr404(Room.all(), { pk: this.params.key as never })).title });
  }
}

const files: Readonly<Record<string, string>> = {
  "about.liquid": "{{ topic }} of {{ company }}",
  "search.liquid": '<form method="post">{% csrf %}{{ form }}</form>',
  "site/room_list.liquid":
    "{% for room in roomList %}[{{ room.title }}]{% endfor %}{{ page }}{% if isPaginated %} paginated{% endif %}",
  "site/room_detail.liquid": "<h1>{{ room.title }}</h1>{{ object.slug }}",
  "site/room_form.liquid": '<h1>{{ room.title }}</h1><form method="post">{% csrf %}{{ form }}</form>',
  "site/room_confirm_delete.liquid": '<form method="post">{% csrf %}Delete {{ room.title }}?{{ form }}</form>',
  "site/owner_confirm_delete.liquid": '<form method="post">{% csrf %}Delete {{ owner.name }}?{{ form }}</form>',
};
const templates = mkdtempSync(join(tmpdir(), "views-"));
for (const [name, text] of Object.entries(files)) {
  mkdirSync(dirname(join(templates, name)), { recursive: true });
  writeFileSync(join(templates, name), text);
}

const project = defineProject({
  name: "site",
  settings: defineSettings({}, { SECRET_KEY: "x".repeat(32), LOG_LEVEL: "silent", ALLOWED_HOSTS: "localhost" }),
  models: [Owner, Room],
  templates,
  routes: [
    http("/about/:topic/", About),
    http("/old/:slug/", Old),
    http("/gone/", Gone),
    http("/rooms/", Rooms),
    http("/rooms-by-key/", RoomsByKey),
    http("/no-rooms/", NoRooms),
    http("/rooms/new/", NewRoom),
    http("/rooms/:slug/", RoomPage),
    http("/rooms/:slug/change/", ChangeRoom),
    http("/rooms/:slug/delete/", DeleteRoom),
    http("/owners/:pk/delete/", DeleteOwner),
    http("/search/", Search),
    http("/astray/", Astray),
    http("/find/:slug/", Finder),
    http("/find-by-key/:key/", FinderByKey),
  ],
});

let site: TestSite;

beforeAll(async () => {
  site = await TestSite.open(project, { databaseUrl: "sqlite::memory:" });
});
afterAll(() => site.close());
beforeEach(async () => {
  await Room.all().delete();
  await Owner.all().delete();
});

/** A visitor who has opened a page and sends its form back, with the token in it. */
async function visitor(path: string) {
  const client = site.client();
  const page = await client.get(path);
  const csrfToken = /name="csrfToken" value="([^"]+)"/.exec(page.text)?.[1] ?? "";
  return {
    page,
    send: (form: Readonly<Record<string, string>>) => client.post(path, { form: { csrfToken, ...form } }),
  };
}

const titles = (text: string): string[] => [...text.matchAll(/\[([^\]]*)\]/g)].map((match) => match[1] ?? "");

describe("pages without a form", () => {
  it("are a template with the values of the path", async () => {
    expect((await site.client().get("/about/jazz/")).text).toBe("jazz of Hot &amp; Club");
    expect((await site.client().post("/about/jazz/")).status).toBe(405);
  });

  it("lead elsewhere, or say that they are gone", async () => {
    const moved = await site.client().get("/old/a%2Fb/?x=1");
    expect([moved.status, moved.location]).toEqual([301, "/rooms/a%2Fb/?x=1"]);
    expect((await site.client().get("/gone/")).status).toBe(410);
  });
});

describe("a list", () => {
  beforeEach(async () => {
    for (const title of ["a", "b", "c", "d", "e"]) await Room.create({ title, slug: title });
  });

  it("has pages with numbers, which keep the rest of the query", async () => {
    const second = await site.client().get("/rooms/?page=2&q=x%26y");
    expect(titles(second.text)).toEqual(["c", "d"]);
    expect(second.text).toContain('<a href="?page=3&amp;q=x%26y" rel="next">');
    expect(second.text).toContain('aria-current="page" aria-label="Page 2"');
    expect(titles((await site.client().get("/rooms/?page=last")).text)).toEqual(["e"]);
    for (const page of ["0", "4", "-1", "x", "1e9", "99999999999"]) {
      expect([page, (await site.client().get(`/rooms/?page=${page}`)).status]).toEqual([page, 404]);
    }
  });

  it("goes on and back by places", async () => {
    const client = site.client();
    let page = await client.get("/rooms-by-key/?q=1");
    const seen: string[][] = [];
    for (;;) {
      seen.push(titles(page.text));
      const next = /<a href="([^"]+)" rel="next"/.exec(page.text)?.[1];
      if (next === undefined) break;
      expect(next).toContain("q=1");
      page = await client.get(`/rooms-by-key/${next.replaceAll("&amp;", "&")}`);
    }
    expect(seen).toEqual([["a", "b"], ["c", "d"], ["e"]]);
    expect((await client.get("/rooms-by-key/?after=rubbish")).status).toBe(400);
  });

  it("is not there where it may not be empty", async () => {
    expect((await site.client().get("/no-rooms/")).status).toBe(404);
  });
});

describe("a row", () => {
  it("is shown, made, changed and deleted", async () => {
    const create = await visitor("/rooms/new/");
    expect(create.page.text).toContain('<label for="id_title">Title');
    const wrong = await create.send({ title: "Lobby", slug: "no slug" });
    expect(wrong.status).toBe(422);
    expect(wrong.text).toContain('aria-invalid="true" autofocus');
    expect(wrong.text).toContain('value="Lobby"');
    const made = await create.send({ title: "<Lobby>", slug: "lobby" });
    expect([made.status, made.location]).toEqual([302, "/rooms/lobby/"]);
    expect((await site.client().get("/rooms/lobby/")).text).toBe("<h1>&lt;Lobby&gt;</h1>lobby");

    const change = await visitor("/rooms/lobby/change/");
    expect(change.page.text).toContain('value="&lt;Lobby&gt;"');
    expect((await change.send({ title: "Hall", slug: "stolen" })).location).toBe("/rooms/lobby/");
    expect((await Room.get({ slug: "lobby" })).title).toBe("Hall");

    const remove = await visitor("/rooms/lobby/delete/");
    expect(remove.page.text).toContain("Delete Hall?");
    expect(await Room.all().count()).toBe(1);
    expect((await remove.send({})).location).toBe("/rooms/");
    expect(await Room.all().count()).toBe(0);
    expect((await site.client().get("/rooms/lobby/")).status).toBe(404);
  });

  it("is left alone without the token of the page", async () => {
    await Room.create({ title: "Lobby", slug: "lobby" });
    const client = site.client({ headers: { origin: "https://evil.example" } });
    const refused = await client.post("/rooms/lobby/delete/", { form: {} });
    expect(refused.status).toBe(403);
    expect(await Room.all().count()).toBe(1);
  });

  it("is found among those that the view is about, and nowhere else", async () => {
    await Room.create({ title: "Locked", slug: "locked" });
    expect((await site.client().get("/rooms/locked/")).status).toBe(200);
    expect((await site.client().get("/rooms/locked/change/")).status).toBe(404);
    expect((await site.client().get("/owners/none/delete/")).status).toBe(404);
  });

  it("stays when others need it", async () => {
    const owner = await Owner.create({ name: "Ada" });
    await Room.create({ title: "Hers", slug: "hers", owner });
    const refused = await (await visitor(`/owners/${owner.pk}/delete/`)).send({});
    expect(refused.status).toBe(409);
    expect(refused.text).toContain("It cannot be deleted: others refer to it.");
  });

  it("is 404 for a value that no key can have", async () => {
    await Room.create({ title: "Lobby", slug: "lobby" });
    const client = site.client();
    expect((await client.get("/find/lobby/")).json()).toEqual({ title: "Lobby", count: 1 });
    expect((await client.get("/find/none/")).status).toBe(404);
    expect((await client.get("/find-by-key/none/")).status).toBe(404);
  });
});

describe("a page with a form", () => {
  it("opens with its values, and leads on within the site", async () => {
    const search = await visitor("/search/");
    expect(search.page.text).toContain('name="word" value="jazz"');
    expect((await search.send({ word: "" })).status).toBe(422);
    expect((await search.send({ word: "swing" })).location).toBe("/rooms/");
    expect((await search.send({ word: "swing", next: "/about/x/?a=1" })).location).toBe("/about/x/?a=1");
  });

  it.each([
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "javascript:alert(1)",
    "http:evil.example",
    " //evil.example",
    "https://localhost.evil.example",
  ])("never leads to %j because a visitor says so", async (next) => {
    const search = await visitor("/search/");
    expect((await search.send({ word: "swing", next })).location).toBe("/rooms/");
  });

  it("never leads to another site by itself", async () => {
    const astray = await (await visitor("/astray/")).send({ word: "x" });
    expect(astray.status).toBe(500);
    expect(astray.location).toBeUndefined();
  });
});
