import { f, meta, Model } from "hotclub/orm";

/** A world of books in which nearly every relation and value may be missing. */
export class Publisher extends Model {
  name = f.char({ maxLength: 40 });
  country = f.char({ maxLength: 40, null: true });
  founded = f.int32({ null: true });
  books = f.reverse(() => Book, "publisher");
}

export class Author extends Model {
  name = f.char({ maxLength: 40 });
  nick = f.char({ maxLength: 40, null: true });
  age = f.int32({ null: true });
  height = f.float({ null: true });
  born = f.date({ null: true });
  wakes = f.time({ null: true });
  active = f.bool({ null: true });
  mentor = f.foreignKey(() => Author, { null: true, onDelete: "cascade" });
  friends = f.manyToMany(() => Author);
  pupils = f.reverse(() => Author, "mentor");
  profile = f.reverseOne(() => Profile, "author");
  books = f.reverse(() => Book, "author");
  edited = f.reverse(() => Book, "editors");
  credits = f.reverse(() => Credit, "author");
  reviews = f.reverse(() => Review, "by");
  stores = f.reverse(() => Store, "owner");
  manages = f.reverse(() => Bigstore, "manager");
  static meta = meta({ ordering: ["name", "id"] });
}

export class Profile extends Model {
  author = f.oneToOne(() => Author, { onDelete: "cascade" });
  bio = f.text({ null: true });
  score = f.int32({ null: true });
}

export class Tag extends Model {
  name = f.char({ maxLength: 40 });
  parent = f.foreignKey(() => Tag, { null: true, onDelete: "cascade" });
  children = f.reverse(() => Tag, "parent");
  books = f.reverse(() => Book, "tags");
}

export class Book extends Model {
  title = f.char({ maxLength: 80 });
  subtitle = f.text({ null: true });
  author = f.foreignKey(() => Author, { null: true, onDelete: "cascade" });
  publisher = f.foreignKey(() => Publisher, { null: true, onDelete: "cascade" });
  tags = f.manyToMany(() => Tag);
  editors = f.manyToMany(() => Author, { through: () => Credit });
  price = f.decimal({ maxDigits: 8, decimalPlaces: 2, null: true });
  pages = f.int32({ default: 0 });
  rating = f.float({ null: true });
  out = f.dateTime({ null: true });
  day = f.date({ null: true });
  lasts = f.duration({ null: true });
  data = f.json({ null: true });
  kind = f.char({ maxLength: 8, choices: { novel: "Novel", essay: "Essay" }, null: true });
  sold = f.bool({ default: false });
  credits = f.reverse(() => Credit, "book");
  reviews = f.reverse(() => Review, "book");
  stores = f.reverse(() => Store, "books");
}

export class Credit extends Model {
  book = f.foreignKey(() => Book, { onDelete: "cascade" });
  author = f.foreignKey(() => Author, { onDelete: "cascade" });
  role = f.char({ maxLength: 20 });
  share = f.int32({ null: true });
}

export class Review extends Model {
  book = f.foreignKey(() => Book, { onDelete: "cascade" });
  by = f.foreignKey(() => Author, { null: true, onDelete: "cascade" });
  stars = f.int32();
  text = f.text({ null: true });
  static meta = meta<Review>({ ordering: ["-stars", "id"], getLatestBy: "stars" });
}

export class Store extends Model {
  name = f.char({ maxLength: 40 });
  owner = f.foreignKey(() => Author, { null: true, onDelete: "cascade" });
  books = f.manyToMany(() => Book);
  opens = f.time({ null: true });
  bigstore = f.child(() => Bigstore);
}

export class Bigstore extends Store {
  floors = f.int32({ null: true });
  manager = f.foreignKey(() => Author, { null: true, onDelete: "cascade" });
}
export const all = [Publisher, Author, Profile, Tag, Book, Credit, Review, Store, Bigstore];
