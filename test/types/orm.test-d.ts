/**
 * What the compiler knows of models and queries, and what it refuses. Checked by plain `tsc`; nothing here runs. A line
 * under `@ts-expect-error` must not compile.
 */
import {
  F,
  f,
  index,
  meta,
  Model,
  ModelBase,
  type KeyOf,
  type QuerySet,
  type Ref,
  type TypeProblem,
  type Where,
} from "hotclub/orm";

/** Compiles where `A` and `B` are the same type. */
declare function same<A, B>(..._: [A, B] extends [B, A] ? [] : [different: [A, B]]): void;
/** Values that come from elsewhere. */
declare const reference: Ref<User>;
declare const names: string[];

class User extends Model {
  username = f.char({ maxLength: 40 });
  nickname = f.char({ null: true });
  role = f.char({ choices: ["admin", "guest"], default: "guest" });
  isActive = f.bool({ default: true });
  messages = f.reverse(() => Message, "author");
  rooms = f.reverse(() => Room, "owner");

  greet(): string {
    return `hello ${this.username}`;
  }
  get shout(): string {
    return this.username.toUpperCase();
  }
}

class Category extends Model {
  name = f.char();
  parent = f.foreignKey(() => Category, { null: true, onDelete: "cascade" });
  children = f.reverse(() => Category, "parent");
}

class Room extends Model<Room> {
  slug = f.slug({ unique: true });
  owner = f.foreignKey(() => User, { onDelete: "cascade" });
  category = f.foreignKey(() => Category, { null: true, onDelete: "setNull" });
  size = f.int({ default: 0 });
  messages = f.reverse(() => Message, "room");
  static meta = meta<Room>({ ordering: ["-size", "owner__username"], indexes: [index("slug")] });

  static busy() {
    return this.filter({ size__gt: 10 }).selectRelated("owner");
  }
}

class Message extends Model {
  room = f.foreignKey(() => Room, { onDelete: "cascade" });
  author = f.foreignKey(() => User, { onDelete: "cascade" });
  text = f.text({ maxLength: 200 });
  note = f.text({ null: true });
  likes = f.int({ default: 0 });
  score = f.int({ null: true });
  sentAt = f.dateTime({ autoNowAdd: true });
}

class Country extends ModelBase {
  code = f.char({ primaryKey: true });
  name = f.char();
  cities = f.reverse(() => City, "country");
}

class City extends Model {
  country = f.foreignKey(() => Country, { onDelete: "cascade" });
}

/** Fields are values of their types. */
export function fields(user: User, message: Message, room: Room, city: City): void {
  const name: string = user.username;
  const nickname: string | null = user.nickname;
  const role: "admin" | "guest" = user.role;
  const sum: number = message.likes + room.size;
  const sentAt: Date = message.sentAt;
  const active: boolean = user.isActive;
  void [name, nickname, role, sum, sentAt, active];
  user.username = "django";
  user.nickname = null;
  user.nickname = user.username;
  user.role = "admin";
  user.isActive = !user.isActive;
  message.likes += 1;
  message.likes++;
  message.sentAt = new Date();
  message.text = user.greet() + user.shout;
  same<typeof message.pk, number>();
  same<KeyOf<Country>, string>();
  const code: string = city.country.id;
  void code;
  // @ts-expect-error a number is no text
  user.username = 3;
  // @ts-expect-error it may not be null
  user.username = null;
  // @ts-expect-error it is none of the choices
  user.role = "owner";
  // @ts-expect-error there is no such field
  void user.name;
}

/** A foreign key is a reference: the key at once, the object when awaited. */
export async function references(message: Message, room: Room): Promise<void> {
  const key: number = message.author.id;
  const author: User = await message.author;
  author.greet();
  const category: Category | null = await room.category;
  const parent = await category?.parent;
  void [key, parent?.name, message.room.isLoaded];
  message.author = reference;
  room.category = null;
  // @ts-expect-error it is not loaded
  void message.author.username;
  // @ts-expect-error a reference to another model
  message.author = message.room;
  // @ts-expect-error the reference may be null
  void room.category.id;
}

/** Lookups have the type of the value that they compare with. */
export function lookups(user: User, room: Room): void {
  Message.filter({ text: "a", likes: 3, note: null, room: 3, author: user });
  Message.filter({ text__icontains: "a", likes__gte: 3, note__isnull: true, sentAt__lt: new Date() });
  Message.filter({ room__slug: "lobby", author__username__istartswith: "d", room__owner__nickname: null });
  Message.filter({
    sentAt__year: 2026,
    sentAt__year__gte: 2025,
    sentAt__date: "2026-11-20",
    sentAt__month__in: [1, 2],
  });
  Message.filter({ likes__in: [1, 2], likes__range: [1, 5], room__in: [room, 3], author__isnull: false });
  Message.filter({ pk: 3, id__in: [1], room__pk__gt: 3, author__id: 4, pk__in: [1, 2] });
  Message.filter({ text: F("note"), likes__gt: F<number>("score").plus(1), author: F("room__owner") });
  Message.filter({ room__in: Room.filter({ slug: "a" }), pk__in: Message.all(), room__category__parent__name: "x" });
  User.filter({ messages__text: "a", messages__room__slug__in: ["a"], messages: null, messages__in: [3] });
  User.filter({ role: "admin", role__in: ["admin", "guest"], isActive: true, isActive__in: [true] });
  Category.filter({ parent__parent__children__name__startswith: "x", parent: null });
  City.filter({ country: "fr", country__code: "fr", country__name__iexact: "France", country__pk__in: ["fr"] });
  Country.filter({ pk: "fr", pk__startswith: "f", cities__id__gt: 3 });
  Message.exclude({ text: "a" }).filter({ likes: 2 }).exclude({ room__messages__author: user });
  // @ts-expect-error there is no such field
  Message.filter({ tekst: "a" });
  // @ts-expect-error there is no such field in the other model
  Message.filter({ room__slugg: "a" });
  // @ts-expect-error a field does not lead on
  Message.filter({ text__room: "a" });
  // @ts-expect-error text has no such lookup
  Message.filter({ text__icontain: "a" });
  // @ts-expect-error numbers have no such lookup
  Message.filter({ likes__icontains: "a" });
  // @ts-expect-error the second of two keys is wrong
  Message.filter({ likes: 3, text__year: 2026 });
  // @ts-expect-error a month is a number
  Message.filter({ sentAt__month: "March" });
  // @ts-expect-error a number is no text
  Message.filter({ text: 3 });
  // @ts-expect-error text is no number
  Message.filter({ likes: "3" });
  // @ts-expect-error it is never null
  Message.filter({ text: null });
  // @ts-expect-error undefined asks for nothing
  Message.filter({ text: undefined });
  // @ts-expect-error one value is no list
  Message.filter({ likes__in: 3 });
  // @ts-expect-error a list of the wrong values
  Message.filter({ likes__in: ["3"] });
  // @ts-expect-error an instance of another model
  Message.filter({ author: room });
  // @ts-expect-error a query of another model
  Message.filter({ room__in: User.all() });
  // @ts-expect-error a method is no field
  User.filter({ greet: "hello" });
  // @ts-expect-error a getter is no field
  User.filter({ shout: "HELLO" });
  // @ts-expect-error none of the choices
  User.filter({ role: "owner" });
  // @ts-expect-error the key of a country is text
  City.filter({ country: 3 });
  // @ts-expect-error not through a relation that is not there
  Message.exclude({ rooms__slug: "a" });
}

/** What a query gives. */
export async function results(user: User): Promise<void> {
  const rooms = await Room.all();
  same<typeof rooms, Room[]>();
  same<typeof one, Room>();
  const one = await Room.get({ slug: "a" });
  const first: Room | null = await Room.filter({ size: 1 }).first();
  const count: number = await Room.count();
  const changed: number = await Room.all().update({ size: F("size").plus(1), owner: user, category: null });
  const { byModel } = await Room.all().delete();
  void [first, count, changed, byModel["Room"]];
  for await (const room of Room.orderBy("slug").slice(0, 3)) room.slug.toUpperCase();
  const set: QuerySet<Room> = Room.filter({ slug: "a" });
  void set.exclude({ size: 1 }).orderBy("-size").slice(1).using("replica").count();
  // @ts-expect-error it may be null
  void (await Room.first()).slug;
  // @ts-expect-error there is no such field to change
  await Room.all().update({ sluug: "a" });
  // @ts-expect-error a number is no slug
  await Room.all().update({ slug: 3 });
  // @ts-expect-error the other side of a foreign key cannot be set
  await Room.all().update({ messages: [] });
}

/** What `selectRelated` loads is loaded in the type, too. */
export async function loaded(room: Room): Promise<void> {
  const messages = await Message.filter({ room }).selectRelated("author", "room__category__parent");
  for (const message of messages) {
    message.author.greet();
    const category = message.room.category;
    const name: string | undefined = category?.parent?.name;
    const author: User = await message.author;
    const plain: Message = message;
    void [name, author, plain];
    // @ts-expect-error the owner of the room was not asked for
    void message.room.owner.username;
    // @ts-expect-error the category may be null
    void category.name;
  }
  const [busy] = await Room.busy();
  busy?.owner.greet();
  const got = await Message.selectRelated("author").get({ pk: 1 });
  got.author.greet();
  // @ts-expect-error a set is no foreign key
  Room.all().selectRelated("messages");
  // @ts-expect-error a column is no foreign key
  Room.all().selectRelated("slug");
  // @ts-expect-error there is no such foreign key in the other model
  Message.all().selectRelated("room__ownr");
}

/** Keys of an order are checked as far as they go. */
export function ordering(): void {
  Message.orderBy("-sentAt", "room__slug", "author", "-room__owner__username", "pk", "?", "sentAt__year");
  Room.orderBy("messages__sentAt");
  Message.all().orderBy();
  Message.orderBy(...names);
  // @ts-expect-error there is no such field
  Message.orderBy("sendAt");
  // @ts-expect-error there is no such field in the other model
  Message.orderBy("text", "-room__slugg");
  // @ts-expect-error text has no such part
  Message.orderBy("text__year");
  // @ts-expect-error the model's own order is checked where it names itself
  meta<Message>({ ordering: ["-sendAt"] });
}

/** What `create` must be given, and what it need not. */
export async function creation(user: User, room: Room, message: Message): Promise<void> {
  await Message.create({ room, author: user.id, text: "a" });
  await Message.create({ room: 1, author: user, text: "a", note: null, likes: 2, sentAt: new Date(), id: 7 });
  await Message.create({ room: message.room, author: user, text: "a" }, { using: "other" });
  await User.create({ username: "a" });
  await Country.create({ code: "fr", name: "France" });
  await room.messages.create({ author: user, text: "a" });
  void new Room({ slug: "a", owner: user });
  void new User({ username: "unchecked: the model does not name itself" });
  room.assign({ slug: "b", owner: 3, category: null });
  await room.save({ updateFields: ["slug", "owner"] });
  await room.refreshFromDb({ fields: ["size"] });
  // @ts-expect-error the text is missing
  await Message.create({ room, author: user });
  // @ts-expect-error the author is missing
  await room.messages.create({ text: "a" });
  // @ts-expect-error the room is given by the set
  await room.messages.create({ author: user, text: "a", room });
  // @ts-expect-error there is no such field
  await Message.create({ room, author: user, text: "a", tekst: "b" });
  // @ts-expect-error a number is no text
  await Message.create({ room, author: user, text: 3 });
  // @ts-expect-error it may not be null
  await Message.create({ room, author: user, text: null });
  // @ts-expect-error a room is no user
  await Message.create({ room, author: room, text: "a" });
  // @ts-expect-error the primary key has no default
  await Country.create({ name: "France" });
  // @ts-expect-error methods are not set
  await User.create({ username: "a", greet: () => "" });
  // @ts-expect-error the owner is missing
  void new Room({ slug: "a" });
  // @ts-expect-error there is no such field
  room.assign({ slugg: "b" });
  // @ts-expect-error there is no such field to write
  await room.save({ updateFields: ["slugg"] });
  // @ts-expect-error the other side of a foreign key is not read again
  await room.refreshFromDb({ fields: ["messages"] });
}

/** Related sets are queries. */
export async function sets(user: User): Promise<void> {
  const messages: Message[] = await user.messages;
  const found: Message[] = await user.messages.filter({ room__slug: "a" }).exclude({ likes: 1 });
  const [first] = await user.messages.selectRelated("room").orderBy("-sentAt").slice(0, 1);
  void [messages, found, first?.room.slug, await user.rooms.count()];
  for await (const message of user.messages) message.text.trim();
  // @ts-expect-error there is no such field
  user.messages.filter({ tekst: "a" });
  // @ts-expect-error there is no such field to order by
  user.messages.orderBy("tekst");
}

/** Options of fields. */
export function options(): void {
  f.int({ default: () => 3, validators: [(value) => (value > 3 ? "is too big" : undefined)] });
  f.foreignKey(() => User, { onDelete: "protect", null: true });
  // @ts-expect-error what happens on deletion must be said
  f.foreignKey(() => User, {});
  // @ts-expect-error not a way to delete
  f.foreignKey(() => User, { onDelete: "CASCADE" });
  // @ts-expect-error the default must be of the type
  f.int({ default: "3" });
  // @ts-expect-error there is no such option
  f.char({ max_length: 3 });
  // @ts-expect-error an index is over something
  index();
}

/** A model can be handled without being known. */
export function generic(): void {
  const models = [User, Room, Message];
  for (const model of models) void model.all().count();
  const dynamic: Record<string, unknown> = { text__contains: "a" };
  void Message.filterBy(dynamic).slice(0, 3);
}

/** The compiler's sentence names what is wrong. */
export type Sentence = Where<Message, {}, "rom">["rom"];
same<Sentence, TypeProblem<'There is no field "rom" in this model.'>>();
