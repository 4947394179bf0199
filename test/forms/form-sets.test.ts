import { captureQueries, closeDatabases } from "hotclub/orm";
import { field, Form, FormInvalid, formSet, inlineFormSet, modelForm, modelFormSet } from "hotclub/forms";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";

import { Author, Book, libraries, openLibrary, Tag } from "./library.js";

class LineForm extends Form {
  name = field.char();
  count = field.integer({ initial: 1 });
}

/** What a page sends: how many forms, and the values of each. */
function sent(prefix: string, initial: number, forms: readonly Readonly<Record<string, unknown>>[]) {
  const data: Record<string, unknown> = {
    [`${prefix}-TOTAL_FORMS`]: forms.length,
    [`${prefix}-INITIAL_FORMS`]: initial,
  };
  for (const [index, values] of forms.entries()) {
    for (const [name, value] of Object.entries(values)) data[`${prefix}-${index}-${name}`] = value;
  }
  return data;
}

describe("a form set", () => {
  it("gives the values of the forms that were filled in", async () => {
    const LineSet = formSet(LineForm, { extra: 3 });
    const set = new LineSet({
      data: sent("form", 0, [{ name: "a", count: "2" }, { count: "1" }, { name: "b", count: "3" }]),
    });
    expect(await set.isValid()).toBe(true);
    expect(set.cleanedData).toEqual([
      { name: "a", count: 2 },
      { name: "b", count: 3 },
    ]);
  });

  it("says what is wrong in which form", async () => {
    const set = new (formSet(LineForm))({ data: sent("form", 0, [{ name: "a", count: "x" }, { count: "2" }]) });
    expect(await set.isValid()).toBe(false);
    expect(set.errors.map((errors) => Object.keys(errors))).toEqual([["count"], ["name"]]);
    expect(set.totalErrorCount).toBe(2);
    expect(() => set.cleanedData).toThrow("not valid");
  });

  it("deletes and orders", async () => {
    const LineSet = formSet(LineForm, { canDelete: true, canOrder: true });
    const initial = [{ name: "a" }, { name: "b" }, { name: "c" }];
    const data = sent("form", 3, [
      { name: "a", count: "1", ORDER: "3" },
      { name: "", count: "", ORDER: "2", DELETE: "on" },
      { name: "c", count: "1", ORDER: "1" },
      { name: "d", count: "1", ORDER: "" },
    ]);
    const set = new LineSet({ initial, data });
    expect(await set.isValid()).toBe(true);
    expect(set.orderedForms.map((form) => form.name.cleaned)).toEqual(["c", "a", "d"]);
    expect(set.deletedForms.map(({ prefix }) => prefix)).toEqual(["form-1"]);
    expect(await set.hasChanged()).toBe(true);
  });

  it("keeps to its limits, whatever a page claims", async () => {
    const LineSet = formSet(LineForm, { min: 1, max: 2, absoluteMax: 5 });
    const three = ["a", "b", "c"].map((name) => ({ name, count: "1" }));
    const many = new LineSet({ data: sent("form", 0, three) });
    expect(await many.isValid()).toBe(false);
    expect(many.nonFormErrors.has("too_many_forms")).toBe(true);
    const none = new LineSet({ data: sent("form", 0, [{ count: "1" }]) });
    expect(await none.isValid()).toBe(false);
    const flood = new LineSet({ data: { ...sent("form", 0, three), "form-TOTAL_FORMS": "999999999" } });
    expect(flood.forms).toHaveLength(5);
    expect(await flood.isValid()).toBe(false);
    expect(flood.nonFormErrors.has("too_many_forms")).toBe(true);
    expect(new LineSet().forms).toHaveLength(2);
  });

  it.each([
    ["nothing", {}],
    ["no number", { "form-TOTAL_FORMS": "x", "form-INITIAL_FORMS": "0" }],
    ["more before than in all", { "form-TOTAL_FORMS": "1", "form-INITIAL_FORMS": "2" }],
    ["less than nothing", { "form-TOTAL_FORMS": "-1", "form-INITIAL_FORMS": "0" }],
  ])("is not valid where the counts were tampered with: %s", async (_what, data) => {
    const set = new (formSet(LineForm))({ data });
    expect(await set.isValid()).toBe(false);
    expect(set.nonFormErrors.has("missing_management_form")).toBe(true);
  });

  it("checks what concerns several forms", async () => {
    class LineSet extends formSet(LineForm) {
      override clean(): void {
        const total = this.filledForms.reduce((sum, form) => sum + (form.count.cleaned ?? 0), 0);
        if (total > 10) this.addError("No more than ten in all.");
      }
    }
    const set = new LineSet({
      data: sent("form", 0, [
        { name: "a", count: "6" },
        { name: "b", count: "5" },
      ]),
    });
    expect(await set.isValid()).toBe(false);
    expect(set.nonFormErrors.messages).toEqual(["No more than ten in all."]);
  });

  it("refuses to wait for itself", async () => {
    class Waiting extends formSet(LineForm) {
      override async clean(): Promise<void> {
        await this.isValid();
      }
    }
    const set = new Waiting({ data: sent("form", 0, [{ name: "a", count: "1" }]) });
    await expect(set.isValid()).rejects.toBeInstanceOf(FormInvalid);
  });

  it("is a part of a page, with an empty form for scripts to copy", async () => {
    const set = new (formSet(LineForm, { extra: 1, canDelete: true }))({ initial: [{ name: "<a>" }] });
    const page = (await set.render()).toString();
    expect(page).toContain('<input type="hidden" name="form-TOTAL_FORMS" value="2" id="id_form-TOTAL_FORMS">');
    expect(page).toContain('name="form-0-name" value="&lt;a&gt;"');
    expect(page).toContain('name="form-1-DELETE"');
    expect((await set.emptyForm.render()).toString()).toContain('name="form-__prefix__-name"');
  });
});

describe.each(libraries)("form sets of models on $name", ({ open }) => {
  const TagForm = modelForm(Tag, { fields: ["name"] });
  const TagSet = modelFormSet(TagForm, { canDelete: true, extra: 2 });

  beforeAll(() => openLibrary(open));
  afterAll(closeDatabases);
  beforeEach(async () => {
    await Book.all().delete();
    await Author.all().delete();
    await Tag.all().delete();
  });

  it("make, change and delete rows", async () => {
    const [red, blue, green] = [
      await Tag.create({ name: "red" }),
      await Tag.create({ name: "blue" }),
      await Tag.create({ name: "green" }),
    ];
    const page = (await (await TagSet.open({ rows: Tag.orderBy("pk") })).render()).toString();
    expect(page).toContain(`<input type="hidden" name="form-0-KEY" value="${red.pk}"`);
    const data = sent("form", 3, [
      { KEY: red.pk, name: "crimson" },
      { KEY: blue.pk, name: "blue" },
      { KEY: green.pk, name: "", DELETE: "on" },
      { name: "yellow" },
      { name: "" },
    ]);
    const set = await TagSet.open({ rows: Tag.all(), data });
    expect(await set.isValid()).toBe(true);
    await set.save();
    expect(set.changedObjects.map(([tag, fields]) => [tag.name, fields])).toEqual([["crimson", ["name"]]]);
    expect(set.newObjects.map(String)).toEqual(["yellow"]);
    expect((await Tag.orderBy("name")).map(String)).toEqual(["blue", "crimson", "yellow"]);
  });

  it("touch no row that is not among those that may be changed, nor one that is gone, nor one twice", async () => {
    const [mine, other] = [await Tag.create({ name: "mine" }), await Tag.create({ name: "other" })];
    for (const keys of [[other.pk], [999_999], ["1; DROP TABLE"], [mine.pk, mine.pk]]) {
      const data = sent(
        "form",
        keys.length,
        keys.map((KEY, index) => ({ KEY, name: `stolen ${index}` })),
      );
      const set = await TagSet.open({ rows: Tag.filter({ name: "mine" }), data });
      expect(await set.isValid()).toBe(false);
      expect(set.nonFormErrors.has("lost_rows")).toBe(true);
      await expect(set.save()).rejects.toMatchObject({ code: "FORMS_NOT_VALID" });
    }
    expect((await Tag.orderBy("name")).map(String)).toEqual(["mine", "other"]);
  });

  it("ask for what can be chosen once for all forms, however many there are", async () => {
    const authors: Author[] = [];
    const [swing, waltz] = [await Tag.create({ name: "swing" }), await Tag.create({ name: "waltz" })];
    for (const index of [0, 1, 2, 3, 4, 5]) {
      const author = await Author.create({ name: `A${index}` });
      const book = await Book.create({ title: `B${index}`, slug: `b${index}`, author });
      await book.tags.set(index % 2 === 0 ? [swing, waltz] : [waltz]);
      authors.push(author);
    }
    const BookSet = modelFormSet(modelForm(Book, { fields: ["author", "tags"] }), { extra: 2 });
    const page = await captureQueries(async () => {
      const set = await BookSet.open({ rows: Book.all() });
      expect(set.forms).toHaveLength(8);
      return (await set.render()).toString();
    });
    // Books, their tags, and what can be chosen: authors and tags.
    expect(page.queries.map(({ sql }) => sql)).toHaveLength(4);
    expect(page.result.match(/<option [^>]*selected>A\d</g)).toHaveLength(6);
    expect(page.result.match(/selected>(?:swing|waltz)</g)).toHaveLength(9);

    const values = (await Book.all()).map(({ pk }, at) => ({ KEY: pk, author: authors[5 - at]?.pk, tags: [waltz.pk] }));
    const sending = await captureQueries(async () => {
      const set = await BookSet.open({ rows: Book.all(), data: sent("form", 6, values) });
      expect(await set.isValid()).toBe(true);
      return set;
    });
    // The model's own rules (is it there, is it unique) are asked for each row.
    const loading = sending.queries.filter(({ sql }) => !sql.startsWith("SELECT 1 "));
    expect(loading.map(({ sql }) => sql)).toHaveLength(4);
    await sending.result.save();
    const books = await Book.all().selectRelated("author").prefetchRelated("tags");
    expect(books.map(({ author }) => author.name)).toEqual(["A5", "A4", "A3", "A2", "A1", "A0"]);
    for (const book of books) expect((await book.tags).map(String)).toEqual(["waltz"]);
  });

  it("find values that two forms have and one may", async () => {
    const set = await TagSet.open({ rows: [], data: sent("form", 0, [{ name: "a" }, { name: "a" }]) });
    expect(await set.isValid()).toBe(false);
    expect(set.errors.map((errors) => errors["name"]?.has("unique"))).toEqual([undefined, true]);
  });

  it("hold rows that belong to another, also to one that is new", async () => {
    const BookSet = inlineFormSet(Author, modelForm(Book, { fields: ["title", "slug"] }), { extra: 1 });
    const author = new Author({ name: "Ada" });
    const first = await BookSet.open({
      parent: author,
      data: sent("books", 0, [
        { title: "One", slug: "one" },
        { title: "Two", slug: "two" },
      ]),
    });
    expect(await first.isValid()).toBe(true);
    await author.save();
    await first.save();
    const books = await author.books.orderBy("title");
    expect(books.map(({ title }) => title)).toEqual(["One", "Two"]);

    const other = await Author.create({ name: "Eve" });
    const theirs = await Book.create({ title: "Hers", slug: "hers", author: other });
    const stolen = await BookSet.open({
      parent: author,
      data: sent("books", 1, [{ KEY: theirs.pk, title: "Mine", slug: "mine" }]),
    });
    expect(await stolen.isValid()).toBe(false);

    const taken = await BookSet.open({
      parent: author,
      data: sent("books", 2, [
        { KEY: books[0]?.pk, title: "Same", slug: "one" },
        { KEY: books[1]?.pk, title: "Same", slug: "two" },
      ]),
    });
    expect(await taken.isValid()).toBe(false);
    const again = await BookSet.open({
      parent: author,
      data: sent("books", 0, [{ title: "One", slug: "one-again" }]),
    });
    expect(await again.isValid()).toBe(false);

    const changed = await BookSet.open({
      parent: author,
      data: sent("books", 2, [
        { KEY: books[1]?.pk, title: "Second", slug: "two" },
        { KEY: books[0]?.pk, DELETE: "on" },
        { title: "", slug: "" },
      ]),
    });
    expect(await changed.isValid()).toBe(true);
    await changed.save();
    expect((await author.books.all()).map(({ title }) => title)).toEqual(["Second"]);
    expect((await theirs.refreshFromDb()).title).toBe("Hers");
  });
});

describe("an inline form set", () => {
  it("must find the way to its parent", () => {
    expect(() => inlineFormSet(Tag, modelForm(Book, { fields: ["title"] }))).toThrow(FormInvalid);
  });
});
