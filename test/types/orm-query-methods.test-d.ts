/**
 * Every method of query sets, used rightly and wrongly. Checked by plain `tsc`; nothing here runs. A line under
 * `@ts-expect-error` must not compile.
 */
import {
  ArraySubquery,
  Concat,
  Count,
  Exists,
  F,
  f,
  Length,
  Lower,
  Model,
  OuterRef,
  Q,
  sql,
  Subquery,
  Sum,
  Value,
  type QuerySet,
} from "hotclub/orm";

/** Compiles where `A` and `B` are the same type. */
declare function same<A, B>(..._: [A, B] extends [B, A] ? [] : [different: [A, B]]): void;

class User extends Model {
  username = f.char({ maxLength: 40 });
  nickname = f.char({ null: true });
  born = f.date({ null: true });
  messages = f.reverse(() => Message, "author");
}

class Room extends Model {
  slug = f.slug({ unique: true });
  owner = f.foreignKey(() => User, { null: true, onDelete: "setNull" });
  messages = f.reverse(() => Message, "room");
}

class Message extends Model {
  room = f.foreignKey(() => Room, { onDelete: "cascade" });
  author = f.foreignKey(() => User, { onDelete: "cascade" });
  text = f.text({ maxLength: 200 });
  note = f.text({ null: true });
  likes = f.int({ default: 0 });
  sentAt = f.dateTime({ autoNowAdd: true });
}

class Category extends Model {
  name = f.char({ maxLength: 40 });
  parent = f.foreignKey(() => Category, { null: true, onDelete: "cascade" });
  children = f.reverse(() => Category, "parent");
}

/** Query sets are combined with those of their own model. */
export function combined(): void {
  const liked: QuerySet<Message> = Message.filter({ likes__gt: 1 });
  const set: QuerySet<Message> = liked
    .or(Message.filter({ note: null }))
    .and(Message.exclude({ text: "a" }))
    .xor(liked);
  void set.union(liked, Message.all()).orderBy("likes").slice(0, 3);
  void liked.unionAll(liked).count();
  void liked.intersection(liked).exists();
  void liked.difference(Message.none());
  void Message.values("text").union(Room.values("slug").values({ text: F("slug") }));
  void Room.annotate({ n: Count("messages") })
    .or(Room.filter({ slug: "a" }))
    .filter({ n__gt: 1 });
  // @ts-expect-error of another model
  void liked.or(Room.all());
  // @ts-expect-error of another model
  void liked.and(User.filter({ username: "a" }));
  // @ts-expect-error a condition is no query; it is for filter
  void liked.xor(Q({ likes: 3 }));
  // @ts-expect-error rows of another model
  void liked.union(Room.all());
  // @ts-expect-error other columns
  void Message.values("text").union(Message.values("likes"));
}

/** Rows that are no instances. */
export async function rows(): Promise<void> {
  const named = await Message.valuesList("likes", "note", { named: true });
  const [first] = named;
  if (first === undefined) return;
  const [likes, note] = first;
  same<typeof likes, number>();
  same<typeof note, string | null>();
  same<typeof first.likes, number>();
  same<typeof first.note, string | null>();
  const flat: (string | null)[] = await Message.all().valuesList("note", { flat: true });
  const annotated = await Message.annotate({ shout: Lower("text") }).valuesList("shout", "id", { named: true });
  const shout: string | undefined = annotated[0]?.shout;
  void [flat, shout];
  // @ts-expect-error there is no such name in the rows
  void first.text;
  // @ts-expect-error two paths are not flat
  void Message.valuesList("likes", "note", { flat: true });
  // @ts-expect-error there is no such field
  void Message.valuesList("lieks", { named: true });
  // @ts-expect-error one of them is none
  void Message.all().valuesList("likes", "note__year", { named: true });
  // @ts-expect-error there is no such field
  void Message.valuesList("lieks", { flat: true });
  // @ts-expect-error not an option
  void Message.valuesList("likes", { names: true });
  const [only] = await Message.only("likes").defer("likes");
  // @ts-expect-error it was left out
  void only?.likes;
  // @ts-expect-error there is no such field
  void Message.only("lieks");
  // @ts-expect-error there is no such field
  void Message.defer("room__slugg");
  // @ts-expect-error there is no such field to be distinct by
  void Message.all().distinct("lieks");
  void Message.orderBy("author", "-likes").distinct("author__username");
}

/** Periods of fields of dates. */
export async function periods(): Promise<void> {
  const months: Date[] = await Message.all().datetimes("sentAt", "month", { order: "desc", timeZone: "Europe/Paris" });
  const days: string[] = await Message.all().dates("sentAt", "day");
  const years: string[] = await User.all().dates("born", "year");
  void [
    months,
    days,
    years,
    Room.all().datetimes("messages__sentAt", "hour"),
    Message.all().dates("author__born", "week"),
  ];
  // @ts-expect-error text has no periods
  void Message.all().datetimes("text", "year");
  // @ts-expect-error a day is no instant
  void User.all().datetimes("born", "year");
  // @ts-expect-error a number has no days
  void Message.all().dates("likes", "day");
  // @ts-expect-error days have no hours
  void User.all().dates("born", "hour");
  // @ts-expect-error there is no such unit
  void Message.all().datetimes("sentAt", "decade");
  // @ts-expect-error there is no such order
  void Message.all().datetimes("sentAt", "year", { order: "up" });
  // @ts-expect-error there is no such field
  void Message.all().dates("sendAt", "year");
}

/** One row, or what is known of all. */
export async function asked(message: Message, user: User): Promise<void> {
  const latest: Message = await Message.all().latest("sentAt", "-room__slug");
  const earliest: Message = await Message.all().earliest();
  const last: Message | null = await Message.filter({ likes: 1 }).last();
  const isThere: boolean = (await Message.all().contains(message)) && (await Message.all().exists());
  const text: string = await Message.all().explain({ analyze: false });
  const { sql: written, parameters } = Message.filter({ likes: 3 }).toSql();
  const bulk: Map<number, Message> = await Message.inBulk([1, 2]);
  for await (const one of Message.values("likes").iterator({ chunkSize: 10 })) same<typeof one.likes, number>();
  const page = await Message.orderBy("-likes").page({ size: 3, after: undefined });
  void [latest, earliest, last, isThere, text, written, parameters, bulk, page.rows[0]?.text];
  // @ts-expect-error there is no such field
  await Message.all().latest("sendAt");
  // @ts-expect-error there is no such field in the other model
  await Message.all().earliest("room__slugg");
  // @ts-expect-error a user is no message
  await Message.all().contains(user);
  // @ts-expect-error the keys are numbers
  await Message.inBulk(["a"]);
  // @ts-expect-error slugs are text
  await Room.inBulk([1], { field: "slug" });
  // @ts-expect-error there is no such field
  await Room.inBulk(["a"], { field: "slugg" });
  // @ts-expect-error a page has a size
  await Message.orderBy("likes").page({});
  // @ts-expect-error there is no such field
  await Message.all().get({ lieks: 3 });
  // @ts-expect-error it may be null
  void (await Message.all().last()).text;
  // @ts-expect-error not an option
  void Message.all().iterator({ size: 3 });
  // @ts-expect-error not a way to lock
  void Message.all().selectForUpdate({ wait: true });
  void Message.selectRelated("room").selectForUpdate({ skipLocked: true, of: ["self", "room"] });
  void Message.all().using("replica").strict().withSignal(AbortSignal.timeout(1000)).slice(1, 3);
  Message.orderBy("likes").reverse();
  // @ts-expect-error positions are numbers
  void Message.all().slice("1");
}

/** What writes. */
export async function written(room: Room, user: User): Promise<void> {
  const changed: number = await Message.filter({ room }).update({ likes: F("likes").plus(1), note: null });
  const { count, byModel } = await Message.filter({ author: user }).delete();
  const made: Message = await Message.all().create({ room, author: user, text: "a" });
  const [found, isNew] = await Room.all().updateOrCreate(
    { slug: "a" },
    { defaults: { owner: user }, createDefaults: { owner: null } },
  );
  void [changed, count, byModel, made, found.slug, isNew];
  // @ts-expect-error it may not be null
  await Message.all().update({ text: null });
  // @ts-expect-error a number is no text
  await Message.all().update({ text: F<number>("likes") });
  // @ts-expect-error a path to another model is not written
  await Message.all().update({ room__slug: "a" });
  // @ts-expect-error there is no such field
  await Room.all().updateOrCreate({ slug: "a" }, { defaults: { ownr: user } });
  // @ts-expect-error a room is no user
  await Room.all().getOrCreate({ slug: "a" }, { defaults: { owner: room } });
  // @ts-expect-error there is no such field to update
  await Message.bulkCreate([{ room, author: user, text: "a" }], { updateConflicts: true, updateFields: ["tekst"] });
  // @ts-expect-error text is no number
  await Message.bulkCreate([{ room, author: user, text: "a", likes: "3" }]);
}

/** The row of the query around, where its model is named. */
export async function outer(): Promise<void> {
  void Room.filter(Exists(Message.filter({ room: OuterRef(Room, "pk"), text: OuterRef(Room, "slug") })));
  void Room.filter(Exists(Message.filter({ room: OuterRef("pk"), author: OuterRef(OuterRef("pk")) })));
  void User.filter(Exists(Room.filter(Exists(Message.filter({ author: OuterRef(OuterRef(User, "pk")) })))));
  void Message.filter({ likes__gt: OuterRef(Message, "likes").plus(1) });
  const best = Message.filter({ room: OuterRef(Room, "id") })
    .orderBy("-likes")
    .values("text")
    .slice(0, 1);
  const [room] = await Room.annotate({ best: Subquery(best), all: ArraySubquery(best) });
  if (room === undefined) return;
  same<typeof room.best, string | null>();
  same<typeof room.all, string[]>();
  // @ts-expect-error a slug is no key
  void Message.filter({ room: OuterRef(Room, "slug") });
  // @ts-expect-error there is no such field
  void Message.filter({ room: OuterRef(Room, "slugg") });
  // @ts-expect-error text is compared with text
  void Message.filter({ text: OuterRef(Room, "pk") });
  // @ts-expect-error an F is not of the row around
  void Message.filter({ likes: OuterRef(Value("a")) });
  // @ts-expect-error a model is no query
  void Room.filter(Exists(Message));
}

/** Trees, other queries beside, relations with a condition, SQL. */
export async function beside(): Promise<void> {
  const tree = Category.filter({ parent: null })
    .annotate({ path: F("name") })
    .recursive("children", { next: { path: Concat(OuterRef("path"), Value("/"), "name") }, where: { name__gt: "a" } });
  void tree.filter({ path__contains: "a" }).orderBy("path");
  const totals = Message.values("room").annotate({ total: Sum("likes", { default: 0 }) });
  const rooms = Room.all().with(totals.values("room", "total"), { on: { room: "pk" } });
  void rooms.filter({ total__gt: 3 }).values("slug", "total");
  void Room.all()
    .filteredRelation("liked", "messages", { likes__gt: 1 })
    .annotate({ n: Count("liked") });
  const [twice] = await Message.raw(sql`SELECT *, likes * 2 AS twice FROM message`, { extra: { twice: "integer" } });
  void [twice?.text, twice?.twice];
  const [aliased] = await Room.alias({ n: Count("messages") }).filter({ n: 3 });
  // @ts-expect-error an alias is not in the rows
  void aliased?.n;
  // @ts-expect-error not a relation to the same model
  void Room.all().recursive("messages");
  // @ts-expect-error how the path of the next row is computed is not said
  void Category.annotate({ path: F("name") }).recursive("children", {});
  // @ts-expect-error the other query does not select that
  void Room.all().with(totals, { on: { author: "pk" } });
  // @ts-expect-error it is a number
  void rooms.filter({ total: "3" });
  // @ts-expect-error there is no such relation
  void Room.all().filteredRelation("liked", "mesages", { likes: 1 });
  // @ts-expect-error there is no such field in the related model
  void Room.all().filteredRelation("liked", "messages", { lieks: 1 });
  // @ts-expect-error text is no SQL that was written with sql
  void Message.raw("SELECT * FROM message");
  // @ts-expect-error not a type of a column
  void Message.raw(sql`SELECT 1`, { extra: { n: "number" } });
}

/** Fields and expressions side by side, and conditions where Django takes them. */
export async function mixed(): Promise<void> {
  const rows = await Message.values("text", "room__slug", { size: Length("text"), by: F("author__nickname") });
  same<
    (typeof rows)[number],
    { readonly text: string; readonly room__slug: string } & { readonly size: number; readonly by: string | null }
  >();
  const lists = await Message.all().valuesList("text", Length("text"), F("author__nickname"));
  same<(typeof lists)[number], readonly [string, number, string | null]>();
  same<number[], Awaited<ReturnType<typeof flat>>>();
  void Message.values("text", { size: Length("text") })
    .filter({ size__gt: 3 })
    .orderBy("-size");
  void Message.filter({ author__username__iexact: F("author__nickname"), author__born__year: F("likes") });
  void Message.filter({ likes__in: [F("room__id"), 3], likes__range: [0, F("room__id")] });
  void User.filter({ pk__in: Subquery(Room.values("owner")) });
  void Room.filter({ owner__in: Subquery(Room.values("owner")) });
  void Room.get(Q({ slug: "a" }).or(Q({ slug: "b" })));
  void Room.all().get(Q({ slug: "a" }).not());
  void Room.filter(Q(Exists(Message.filter({ room: OuterRef("pk") }))).or(Q({ slug: "a" })));
  // @ts-expect-error there is no such field
  void Message.values("text", { size: Length("texd") });
  // @ts-expect-error there is no such field
  void Message.values("texd", { size: Length("text") });
  // @ts-expect-error there is no such field
  void Message.all().valuesList("text", Length("texd"));
  // @ts-expect-error there is no such field
  void Room.get(Q({ slugg: "a" }));
}

function flat() {
  return Message.all().valuesList(Length("text"), { flat: true });
}
