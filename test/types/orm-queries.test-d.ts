/**
 * What the compiler knows of annotations, plain rows and conditions, and what it refuses. Checked by plain `tsc`;
 * nothing here runs. A line under `@ts-expect-error` must not compile.
 */
import {
  Avg,
  Case,
  Cast,
  Coalesce,
  Concat,
  Count,
  Exists,
  F,
  f,
  Length,
  Lower,
  Max,
  Model,
  OuterRef,
  Prefetch,
  Q,
  RowNumber,
  Sum,
  TruncDate,
  Value,
  When,
  Window,
} from "hotclub/orm";

/** Compiles where `A` and `B` are the same type. */
declare function same<A, B>(..._: [A, B] extends [B, A] ? [] : [different: [A, B]]): void;

class User extends Model {
  username = f.char({ maxLength: 40 });
  nickname = f.char({ null: true });
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

/** Annotations have the types of what they are made of. */
export async function annotations(): Promise<void> {
  const [row] = await Message.annotate({
    same: F("likes"),
    through: F("room__owner__username"),
    lower: Lower("text"),
    remark: Lower("note"),
    size: Length("text"),
    whole: Concat("text", Value("!")),
    written: Cast("likes", "text"),
    best: Coalesce("note", Value("none")),
    day: TruncDate("sentAt"),
    kind: Case([When({ likes__gt: 3 }, Value("big"))], { otherwise: Value("small") }),
    maybe: Case([When({ likes__gt: 3 }, Value(1))]),
    shown: Case([When({ likes__gt: 3 }, Value("loved")), When({ likes: 0 }, F("text"))], { otherwise: F("text") }),
    said: Case([When({ likes__gt: 3 }, Value("loved")), When({ likes: 0 }, "note")], { otherwise: Value("") }),
    counted: Case([When({ likes__gt: 3 }, Length("text")), When({ likes: 0 }, F("likes"))], { otherwise: 0 }),
    place: Window(RowNumber(), { partitionBy: "author" }),
  });
  if (row === undefined) return;
  const message: Message = row;
  const number: number = row.same + row.size + row.place;
  const text: string = row.lower + row.whole + row.written + row.best + row.day + row.kind;
  same<typeof row.through, string | null>();
  same<typeof row.remark, string | null>();
  same<typeof row.maybe, number | null>();
  same<typeof row.said, string | null>();
  const shown: string = row.shown;
  const counted: number = row.counted;
  void [shown, counted];
  void [message, number, text];
  // @ts-expect-error it may be null
  void row.through.length;
  // @ts-expect-error there is no such annotation
  void row.nothing;
  // @ts-expect-error there is no such field
  void Message.annotate({ x: F("lieks") });
  // @ts-expect-error there is no such field in one of the branches
  void Message.annotate({ x: Case([When({ likes: 1 }, Value("x")), When({ likes: 2 }, F("titel"))]) });
  // @ts-expect-error there is no such field in the other model
  void Message.annotate({ x: Lower("room__slugg") });
  // @ts-expect-error there is no such relation
  void Room.annotate({ n: Count("mesages") });
  // @ts-expect-error a value is no expression
  void Room.annotate({ n: 3 });
}

/** Aggregates are null of nothing, unless they have a default. */
export async function aggregates(): Promise<void> {
  const totals = await Message.aggregate({
    n: Count("*"),
    sum: Sum("likes"),
    safe: Sum("likes", { default: 0 }),
    mean: Avg("likes"),
    last: Max("sentAt"),
  });
  same<typeof totals.n, number>();
  same<typeof totals.mean, number | null>();
  same<typeof totals.last, Date | null>();
  const sum: number | null = totals.sum;
  const safe: number = totals.safe;
  void [sum, safe];
  // @ts-expect-error there is no such field
  await Message.aggregate({ n: Sum("lieks") });
}

/** Annotations are used like fields in later steps. */
export function later(): void {
  const counted = Room.annotate({ n: Count("messages"), last: Max("messages__sentAt") });
  void counted
    .filter({ n: 3, n__gt: 2, last__lt: new Date() })
    .orderBy("-n", "slug", F("last").desc({ nulls: "last" }));
  void counted.filter(Q({ n__gt: 3 }).or(Q({ slug: "a" })));
  void counted.values("slug", "n");
  // @ts-expect-error it is a number
  void counted.filter({ n: "3" });
  // @ts-expect-error it is a number, which has no such lookup
  void counted.filter({ n__contains: "3" });
  // @ts-expect-error there is no such annotation
  void counted.orderBy("m");
  // @ts-expect-error there is no such annotation
  void counted.values("m");
}

/** Plain rows have what was chosen. */
export async function plain(): Promise<void> {
  const rows = await Message.values("text", "note", "room", "room__owner__username", "sentAt__year");
  same<
    (typeof rows)[number],
    {
      readonly text: string;
      readonly note: string | null;
      readonly room: number;
      readonly room__owner__username: string | null;
      readonly sentAt__year: number;
    }
  >();
  const lists = await Message.valuesList("likes", "note");
  same<(typeof lists)[number], readonly [number, string | null]>();
  const likes: number[] = await Message.valuesList("likes", { flat: true });
  const named = await Message.values({ upper: Lower("text"), n: Length("note") });
  same<(typeof named)[number], { readonly upper: string; readonly n: number | null }>();
  const grouped = await Message.values("author").annotate({ n: Count("*") });
  const n: number | undefined = grouped[0]?.n;
  void [likes, n, grouped[0]?.author];
  // @ts-expect-error there is no such field
  void Message.values("tekst");
  // @ts-expect-error it was not chosen
  void rows[0]?.likes;
  // @ts-expect-error a list has no names
  void lists[0]?.likes;
  const [only] = await Message.only("text", "author__username");
  void only?.text;
  void only?.id;
  // @ts-expect-error it was not loaded
  void only?.likes;
  const [deferred] = await Message.defer("text");
  void deferred?.likes;
  // @ts-expect-error it was not loaded
  void deferred?.text;
}

/** Conditions are checked with the model that they are used on. */
export function conditions(): void {
  void Message.filter(
    Q({ likes__gt: 3 })
      .or(Q({ author__username: "a" }).not())
      .xor(Q({ note: null })),
  );
  void Message.exclude(Exists(Room.filter({ pk: OuterRef("room"), slug: "a" })));
  // @ts-expect-error there is no such field
  void Message.filter(Q({ lieks: 3 }));
  // @ts-expect-error one of them is wrong
  void Message.filter(Q({ likes: 3 }).or(Q({ room__slugg: "a" })));
  // @ts-expect-error a number is no text
  void Message.filter(Q({ text: 3 }));
}

/** What is prefetched under another name is a list. */
export async function prefetched(): Promise<void> {
  const best = Prefetch("messages", { querySet: Message.orderBy("-likes").slice(0, 3), toAttr: "best" });
  const [room] = await Room.prefetchRelated(best, "owner");
  const texts: string[] | undefined = room?.best.map((message) => message.text);
  void texts;
  // @ts-expect-error a column is no relation
  void Room.prefetchRelated("slug");
  // @ts-expect-error there is no such relation there
  void Room.prefetchRelated("messages__writer");
}

/** Changes in bulk, and what finds or makes. */
export async function writes(room: Room, user: User): Promise<void> {
  const made: Message[] = await Message.bulkCreate([{ room, author: user, text: "a" }], {
    updateConflicts: true,
    updateFields: ["text"],
    uniqueFields: ["pk"],
  });
  await Message.bulkUpdate(made, ["text", "likes"]);
  const [found, isNew] = await Room.getOrCreate({ slug: "a" }, { defaults: { owner: user } });
  const bulk: Map<string, Room> = await Room.inBulk(["a"], { field: "slug" });
  const page = await Room.orderBy("slug").page({ size: 10 });
  void [found.slug, isNew, bulk, page.rows[0]?.slug, page.next];
  // @ts-expect-error the author is missing
  await Message.bulkCreate([{ room, text: "a" }]);
  // @ts-expect-error there is no such field
  await Message.bulkUpdate(made, ["tekst"]);
  // @ts-expect-error there is no such field
  await Room.getOrCreate({ slugg: "a" });
}
