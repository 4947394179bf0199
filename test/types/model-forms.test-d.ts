import type { UploadedFile } from "hotclub/consumers";
import { field, modelForm } from "hotclub/forms";
import { f, Model } from "hotclub/orm";

function same<A>(): <B>(value: B & ([A] extends [B] ? ([B] extends [A] ? unknown : never) : never)) => void {
  return () => {};
}

class Tag extends Model {
  name = f.char({ maxLength: 20 });
}

class Author extends Model {
  name = f.char({ maxLength: 80 });
  books = f.reverse(() => Book, "author");
}

class Book extends Model {
  title = f.char({ maxLength: 80 });
  pages = f.int({ null: true });
  status = f.char({ choices: { draft: "Draft", out: "Out" } });
  author = f.foreignKey(() => Author, { onDelete: "cascade" });
  editor = f.foreignKey(() => Author, { onDelete: "setNull", null: true });
  tags = f.manyToMany(() => Tag);
  cover = f.image({ uploadTo: "covers", blank: true, default: "" });
  sample = f.file({ null: true });
  text = f.file();

  publish(): void {}
}

class BookForm extends modelForm(Book, {
  fields: ["title", "pages", "status", "author", "editor", "tags", "cover", "sample", "text"],
}) {
  agreed = field.boolean({ required: true });

  override clean(): void {
    const title: string | undefined = this.title.cleaned;
    if (title === "x") this.title.addError("No.");
  }

  describe(): string {
    return this.cleanedData.title + String(this.cleanedData.agreed);
  }
}

const form = new BookForm({ instance: new Book(), data: {} });
const data = form.cleanedData;
same<string>()(data.title);
same<number | null>()(data.pages);
same<"draft" | "out">()(data.status);
same<Author>()(data.author);
same<Author | null>()(data.editor);
same<Tag[]>()(data.tags);
same<boolean>()(data.agreed);
same<UploadedFile | string | null>()(data.cover);
same<UploadedFile | string | null>()(data.sample);
same<UploadedFile | string>()(data.text);
const cover: string = new Book().cover;
new Book().assign({ cover, sample: null, text: "texts/x.txt" });
void Book.filter({ cover__startswith: "covers/", sample__isnull: true });
same<Book>()(form.instance);
same<Promise<Book | undefined>>()(form.saveIfValid());

const all = new (modelForm(Book, { fields: "all", exclude: ["editor"] }))();
same<string | undefined>()(all.title?.cleaned);

// @ts-expect-error Which fields must be said.
modelForm(Book, {});
// @ts-expect-error There is no such field.
modelForm(Book, { fields: ["titel"] });
// @ts-expect-error Nor is a method one.
modelForm(Book, { fields: ["publish"] });
// @ts-expect-error What the form does not ask for has no label in it.
modelForm(Book, { fields: ["title"], labels: { pages: "Pages" } });
// @ts-expect-error Another model's row.
form.instance = new Tag();
// @ts-expect-error A form of books takes a book.
void new BookForm({ instance: new Tag() });
void BookForm.from({ method: "GET", form: async () => new URLSearchParams() }, { instance: new Book() });
