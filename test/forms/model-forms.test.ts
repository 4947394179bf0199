import { closeDatabases, modelOptions } from "hotclub/orm";
import { field, FormInvalid, formFieldOf, LinksNotReady, modelForm, modelFormOf, widget } from "hotclub/forms";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

import { Author, Book, libraries, openLibrary, Tag } from "./library.js";

const all = ["title", "slug", "pages", "price", "status", "isRare", "publishedOn", "author", "tags", "notes"] as const;

class BookForm extends modelForm(Book, { fields: all }) {}

let count = 0;

/** What a browser sends for a new book. */
function filledIn(author: Author, changes: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  count += 1;
  return {
    title: `Book ${count}`,
    slug: `book-${count}`,
    pages: "",
    price: "9.90",
    status: "draft",
    publishedOn: "",
    author: author.pk,
    notes: "",
    ...changes,
  };
}

describe.each(libraries)("a form of a model on $name", ({ open }) => {
  let ada: Author;
  let tags: Tag[];

  beforeAll(async () => {
    await openLibrary(open);
    ada = await Author.create({ name: "Ada" });
    tags = [await Tag.create({ name: "red" }), await Tag.create({ name: "blue" })];
  });
  afterAll(closeDatabases);

  it("writes a reference that the program gave another row, also one that is called the same", async () => {
    const [ada1, ada2] = [await Author.create({ name: "Ada Twin" }), await Author.create({ name: "Ada Twin" })];
    const { pk } = await Book.create({ title: "Twins", slug: "twins", author: ada1 });
    const book = await Book.all().selectRelated("author").get({ pk });
    const form = new (modelForm(Book, { fields: ["notes"] }))({ instance: book, data: { notes: "moved" } });
    expect(await form.isValid()).toBe(true);
    book.assign({ author: ada2 });
    await form.save();
    expect((await (await Book.get({ pk })).author).pk).toBe(ada2.pk);
  });

  it("makes a row, with its links", async () => {
    const form = new BookForm({
      data: filledIn(ada, {
        title: " Notes ",
        pages: "12",
        price: "12.5",
        isRare: "on",
        tags: tags.map(({ pk }) => pk),
      }),
    });
    expect(await form.isValid()).toBe(true);
    const book = await form.save();
    const kept = await Book.get({ pk: book.pk });
    expect(kept.title).toBe("Notes");
    expect(kept.pages).toBe(12);
    expect(kept.price.toFixed(2)).toBe("12.50");
    expect(kept.isRare).toBe(true);
    expect(kept.publishedOn).toBeNull();
    expect((await kept.author).name).toBe("Ada");
    expect((await kept.tags.orderBy("name")).map(String)).toEqual(["blue", "red"]);
  });

  it("opens with what the row holds, and finds no change in that", async () => {
    const book = (await new BookForm({
      data: filledIn(ada, { pages: "3", publishedOn: "2026-11-21", tags: tags.map(({ pk }) => pk) }),
    }).saveIfValid()) as Book;
    const page = (await new BookForm({ instance: book }).render()).toString();
    expect(page).toContain(`name="title" value="${book.title}"`);
    expect(page).toContain('<label for="id_title">Book title');
    expect(page).toContain("As on the cover.");
    expect(page).toContain('name="price" value="9.90"');
    expect(page).toContain('type="date" name="publishedOn" value="2026-11-21"');
    expect(page).toContain(`<option value="${String(ada.pk)}" selected>Ada</option>`);
    expect(page).toContain(`<option value="${String(tags[0]?.pk)}" selected>red</option>`);
    const sent = {
      title: book.title,
      slug: book.slug,
      pages: "3",
      price: "9.90",
      status: "draft",
      notes: "",
      publishedOn: "2026-11-21",
      author: ada.pk,
      tags: tags.map(({ pk }) => pk),
    };
    expect(await new BookForm({ instance: book, data: sent }).changedFields()).toEqual([]);
    const other = { ...sent, price: "10", tags: [tags[0]?.pk] };
    expect(await new BookForm({ instance: book, data: other }).changedFields()).toEqual(["price", "tags"]);
  });

  it("changes what it asks for and nothing else, whatever is sent", async () => {
    const book = (await new BookForm({ data: filledIn(ada) }).saveIfValid()) as Book;
    await Book.filter({ pk: book.pk }).update({ secret: "kept", notes: "by another" });
    class TitleForm extends modelForm(Book, { fields: ["title"] }) {}
    const form = new TitleForm({
      instance: book,
      data: { title: `Changed ${book.title}`, secret: "stolen", notes: "overwritten", slug: "gone" },
    });
    const before = book.changedAt;
    expect(await form.saveIfValid()).toBe(book);
    const kept = await Book.get({ pk: book.pk });
    expect([kept.title, kept.secret, kept.notes, kept.slug]).toEqual([
      `Changed ${book.title.replace("Changed ", "")}`,
      "kept",
      "by another",
      book.slug,
    ]);
    expect(kept.changedAt.getTime()).toBeGreaterThanOrEqual(before.getTime());
  });

  it("writes what the program changed of the row meanwhile, too", async () => {
    const book = (await new BookForm({ data: filledIn(ada) }).saveIfValid()) as Book;
    class TitleForm extends modelForm(Book, { fields: ["title"] }) {}
    const form = new TitleForm({ instance: book, data: { title: `Also ${book.title}` } });
    form.instance.secret = "by the program";
    await form.saveIfValid();
    expect((await Book.get({ pk: book.pk })).secret).toBe("by the program");
  });

  it("says at the field what is taken already, also by a race that only the database sees", async () => {
    const data = filledIn(ada);
    await new BookForm({ data }).saveIfValid();
    const same = new BookForm({ data: { ...filledIn(ada), slug: data["slug"] } });
    expect(await same.isValid()).toBe(false);
    expect(same.slug.errors.errors).toMatchObject([{ code: "unique", message: "This slug is taken already." }]);
    const [one, other] = [filledIn(ada, { slug: `race-${count}` }), filledIn(ada, { slug: `race-${count - 1}` })];
    const forms = [new BookForm({ data: one }), new BookForm({ data: { ...other, slug: one["slug"] } })];
    expect(await Promise.all(forms.map((form) => form.isValid()))).toEqual([true, true]);
    const saved = [await forms[0]?.saveIfValid(), await forms[1]?.saveIfValid()];
    expect(saved.map((book) => book instanceof Book)).toEqual([true, false]);
    expect(forms[1]?.slug.errors.has("unique")).toBe(true);
  });

  it("checks what is unique together, with values that it does not ask for", async () => {
    const [first, second] = [filledIn(ada), filledIn(ada)];
    await new BookForm({ data: first }).saveIfValid();
    const book = (await new BookForm({ data: second }).saveIfValid()) as Book;
    class TitleForm extends modelForm(Book, { fields: ["title"] }) {}
    const form = new TitleForm({ instance: book, data: { title: first["title"] } });
    expect(await form.isValid()).toBe(false);
    expect(form.nonFieldErrors.has("unique")).toBe(true);
  });

  it("asks the model: its rules, its clean, and who may be chosen", async () => {
    const rules = new BookForm({ data: filledIn(ada, { pages: "0" }) });
    expect(await rules.isValid()).toBe(false);
    expect(rules.nonFieldErrors.errors).toMatchObject([{ code: "no_pages", message: "Book must have pages." }]);
    const untitled = new BookForm({ data: filledIn(ada, { title: "Untitled" }) });
    expect(await untitled.isValid()).toBe(false);
    expect(untitled.title.errors.messages).toEqual(["Book title is no title."]);
    const out = new BookForm({ data: filledIn(ada, { status: "out" }) });
    expect(await out.isValid()).toBe(false);
    expect(out.nonFieldErrors.messages).toEqual(["Book needs a day to be published on."]);
    const gone = await Author.create({ name: "Gone", isActive: false });
    const chosen = new BookForm({ data: filledIn(gone) });
    expect(await chosen.isValid()).toBe(false);
    expect(chosen.author.errors.has("invalid_choice")).toBe(true);
    const bad = new BookForm({ data: filledIn(ada, { author: "1 OR 1=1", tags: ["x"] }) });
    expect(await bad.isValid()).toBe(false);
    expect(Object.keys(bad.errors)).toEqual(["author", "tags"]);
  });

  it("gives the row back as it was when the form is not valid", async () => {
    const book = (await new BookForm({ data: filledIn(ada) }).saveIfValid()) as Book;
    const { title } = book;
    const form = new BookForm({ instance: book, data: filledIn(ada, { title: "Other", pages: "-1" }) });
    expect(await form.isValid()).toBe(false);
    expect(book.title).toBe(title);
    await expect(form.save()).rejects.toMatchObject({ code: "FORMS_NOT_VALID" });
  });

  it("leaves saving to the program with commit: false", async () => {
    class Form extends modelForm(Book, { fields: ["title", "slug", "tags"] }) {}
    const data = filledIn(ada, { tags: [tags[0]?.pk] });
    const form = new Form({ data });
    expect(await form.isValid()).toBe(true);
    const book = await form.save({ commit: false });
    expect(book.isSaved).toBe(false);
    await expect(form.saveM2m()).rejects.toThrow(LinksNotReady);
    book.assign({ author: ada });
    await book.save();
    await form.saveM2m();
    expect((await book.tags).map(String)).toEqual(["red"]);
    expect(book.price.toFixed(2)).toBe("9.90");
  });

  it("takes fields of its own beside those of the model", async () => {
    class Agreed extends modelForm(Book, {
      fields: ["title", "slug", "author"],
      widgets: { title: widget.textarea() },
      labels: { title: "Name of the book" },
      options: { author: { rows: () => Author.filter({ name: "Ada" }), emptyLabel: "Nobody" } },
    }) {
      agreed = field.boolean({ required: true });
    }
    const page = (await new Agreed().render()).toString();
    expect(page).toContain("Name of the book");
    expect(page).toContain('<textarea name="title"');
    expect(page).toContain('<option value="" selected>Nobody</option>');
    const form = new Agreed({ data: filledIn(ada) });
    expect(await form.isValid()).toBe(false);
    expect(form.agreed.errors.has("required")).toBe(true);
  });
});

describe("what a form of a model asks for", () => {
  it("must be said, and is only what people give", () => {
    expect(() => modelForm(Book, {} as never)).toThrow(FormInvalid);
    expect(() => new (modelFormOf(Book, { fields: ["secret"] }))()).toThrow(FormInvalid);
    expect(() => new (modelFormOf(Book, { fields: ["createdAt"] }))()).toThrow(FormInvalid);
    const form = new (modelForm(Book, { fields: "all", exclude: ["notes"] }))();
    expect(form.fields.map(({ name }) => name)).toEqual([
      ...all.filter((name) => name !== "notes" && name !== "tags"),
      "tags",
    ]);
  });

  it("follows from the fields of the model", () => {
    const kinds = Object.fromEntries(
      modelOptions(Book).fields.map((one) => [one.name, formFieldOf(one)?.constructor.name] as const),
    );
    expect(kinds).toEqual({
      id: undefined,
      title: "CharField",
      slug: "SlugField",
      pages: "IntegerField",
      price: "DecimalField",
      status: "ChoiceField",
      isRare: "BooleanField",
      publishedOn: "DateField",
      author: "ModelChoiceField",
      tags: "ModelMultipleChoiceField",
      notes: "TextField",
      secret: "CharField",
      createdAt: undefined,
      changedAt: undefined,
    });
  });
});
