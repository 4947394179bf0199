import { createApplication, http, HttpConsumer } from "hotclub/consumers";
import { modelForm } from "hotclub/forms";
import { closeDatabases, connectDatabase, createTables, databases, f, Model } from "hotclub/orm";
import { MemoryStorage, storages } from "hotclub/storage";
import { TestClient } from "hotclub/testing";
import { afterAll, beforeAll, expect, it } from "vitest";

class Profile extends Model {
  name = f.char({ maxLength: 20, unique: true });
  photo = f.image({ uploadTo: "photos", blank: true, default: "", widthField: "width" });
  width = f.int({ null: true, blank: true, editable: false });
}

class ProfileForm extends modelForm(Profile, { fields: ["name", "photo"] }) {}

class ProfilePage extends HttpConsumer<{ name: string }> {
  async get() {
    const form = new ProfileForm({ instance: await Profile.get({ name: this.params.name }) });
    return this.html((await form.render()).toString());
  }

  async post() {
    const instance = (await Profile.filter({ name: this.params.name }).first()) ?? undefined;
    const form = await ProfileForm.from(this.request, { instance });
    const saved = await form.saveIfValid();
    return saved === undefined
      ? this.json(form.errors, { status: 422 })
      : this.json({ photo: saved.photo, width: saved.width });
  }
}

const client = new TestClient(createApplication({ routes: [http("/:name/", ProfilePage)] }));
const png = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);
const photo = (): File => new File([png], "../../me.png");

beforeAll(async () => {
  databases.set("default", await connectDatabase("sqlite::memory:"));
  await createTables([Profile]);
  storages.set("default", new MemoryStorage());
});
afterAll(async () => {
  await storages.closeAll();
  await closeDatabases();
});

it("a form of a model keeps files in the storage, shows them, keeps them when nothing is sent, and lets go of them", async () => {
  const made = await client.post("/ada/", { form: { name: "ada", photo: photo() } });
  expect(made.json()).toEqual({ photo: "photos/me.png", width: 1 });
  expect(await storages.require().exists("photos/me.png")).toBe(true);
  const page = (await client.get("/ada/")).text;
  expect(page).toContain(`<a href="${storages.require().url("photos/me.png")}">photos/me.png</a>`);
  expect(page).toContain('name="photo-clear"');
  const kept = await client.post("/ada/", { form: { name: "ada" } });
  expect(kept.json()).toMatchObject({ photo: "photos/me.png" });
  const both = await client.post("/ada/", { form: { name: "ada", photo: photo(), "photo-clear": "on" } });
  expect(both.json()).toMatchObject({ photo: [{ code: "contradiction" }] });
  const cleared = await client.post("/ada/", { form: { name: "ada", "photo-clear": "on" } });
  expect(cleared.json()).toMatchObject({ photo: "" });
});

it("a file of a row that could not be written after all is not kept", async () => {
  class TakenForm extends ProfileForm {
    override async save(): Promise<Profile> {
      // Another request is faster, between the check and the writing.
      await Profile.create({ name: "fay" });
      return super.save();
    }
  }
  class TakenPage extends HttpConsumer {
    async post() {
      const form = await TakenForm.from(this.request);
      return this.json({ saved: (await form.saveIfValid()) !== undefined, errors: form.errors });
    }
  }
  const before = await storages.require().list("photos");
  const application = createApplication({ routes: [http("/", TakenPage)] });
  const refused = await new TestClient(application).post("/", { form: { name: "fay", photo: photo() } });
  expect(refused.json()).toMatchObject({ saved: false, errors: { name: [{ code: "unique" }] } });
  expect(await storages.require().list("photos")).toEqual(before);
});
