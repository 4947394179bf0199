import { check, connectDatabase, createTables, type Database, databases, f, Model, meta, unique } from "hotclub/orm";

import { postgresUrl } from "../services/index.js";

/** A small library: what forms of models are tested with. */
export class Tag extends Model {
  name = f.char({ maxLength: 20, unique: true });

  override toString(): string {
    return this.name;
  }
}

export class Author extends Model {
  name = f.char({ maxLength: 80 });
  isActive = f.bool({ default: true });
  books = f.reverse(() => Book, "author");
  static meta = meta({ ordering: ["name"] });

  override toString(): string {
    return this.name;
  }
}

export class Book extends Model {
  title = f.char({ maxLength: 80, verboseName: "book title", helpText: "As on the cover." });
  slug = f.slug({ unique: true });
  pages = f.positiveInt({ null: true, blank: true });
  price = f.decimal({ maxDigits: 6, decimalPlaces: 2, default: "9.90" });
  status = f.char({ maxLength: 10, choices: { draft: "Draft", out: "Published" }, default: "draft" });
  isRare = f.bool({ default: false });
  publishedOn = f.date({ null: true, blank: true });
  author = f.foreignKey(() => Author, { onDelete: "cascade", limitChoicesTo: { isActive: true } });
  tags = f.manyToMany(() => Tag, { blank: true });
  notes = f.text({ blank: true, default: "" });
  secret = f.char({ maxLength: 20, blank: true, default: "", editable: false });
  createdAt = f.dateTime({ autoNowAdd: true });
  changedAt = f.dateTime({ autoNow: true });
  static meta = meta({
    ordering: ["title"],
    constraints: [
      unique("author", "title"),
      check({ pages__gt: 0 }, { violationMessage: "must have pages", violationCode: "no_pages" }),
    ],
  });

  override clean(): void {
    if (this.title === "Untitled") throw this.invalid({ title: "is no title" });
    if (this.status === "out" && this.publishedOn === null)
      throw this.invalid({ "": "needs a day to be published on" });
  }
}

/** The databases that forms are tested on. */
export const libraries: readonly { readonly name: string; readonly open: () => Promise<Database> }[] = [
  { name: "SQLite", open: () => connectDatabase("sqlite::memory:") },
  { name: "PostgreSQL", open: async () => connectDatabase(await postgresUrl()) },
];

/** Makes the tables in a database of its own, as the default one. */
export async function openLibrary(open: () => Promise<Database>): Promise<void> {
  databases.set("default", await open());
  await createTables([Tag, Author, Book]);
}
