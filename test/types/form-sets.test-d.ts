import { field, Form, formSet, inlineFormSet, modelForm, modelFormSet } from "hotclub/forms";
import { f, Model } from "hotclub/orm";

class Author extends Model {
  name = f.char({ maxLength: 80 });
}

class Book extends Model {
  title = f.char({ maxLength: 80 });
  author = f.foreignKey(() => Author, { onDelete: "cascade" });
}

class LineForm extends Form {
  count = field.integer();
}

const counts: readonly number[] = new (formSet(LineForm))({ data: {} }).cleanedData.map(({ count }) => count);
const BookForm = modelForm(Book, { fields: ["title"] });
const books = await modelFormSet(BookForm).open({ rows: Book.all() });
const saved: Book[] = await books.save();
const title: string | undefined = books.forms[0]?.title.cleaned;
const AuthorBooks = inlineFormSet(Author, BookForm, { extra: 2 });
const inline = await AuthorBooks.from(
  { method: "GET", form: async () => new URLSearchParams() },
  { parent: new Author() },
);
const parent: Author = inline.parent;

// @ts-expect-error A set of books has no rows of authors.
void modelFormSet(BookForm).open({ rows: Author.all() });
// @ts-expect-error Whose books they are must be said.
void AuthorBooks.open({});
// @ts-expect-error The parent is an author.
void AuthorBooks.open({ parent: new Book() });
// @ts-expect-error A plain form is of no model.
modelFormSet(LineForm);
// @ts-expect-error There is no such option.
formSet(LineForm, { extras: 2 });
void [counts, saved, title, parent];
