import { array, binary, bool, generated, json, own, uuid } from "./data.js";
import { date, dateTime, duration, time } from "./dates.js";
import { compositeKey } from "./keys.js";
import {
  auto,
  auto32,
  bigInt,
  decimal,
  float,
  int,
  int32,
  positiveInt,
  positiveInt32,
  positiveSmallInt,
  smallAuto,
  smallInt,
} from "./numbers.js";
import { child, foreignKey, manyToMany, oneToOne, reverse, reverseOne } from "./relations.js";
import { char, email, file, image, ipAddress, slug, text, url } from "./text.js";

/**
 * The fields of models. Each function is called as a class field; the type of the property follows from its options.
 *
 * ```ts
 * class Message extends Model {
 *   room = f.foreignKey(() => Room, { onDelete: "cascade" });
 *   text = f.text({ maxLength: 2000 });
 *   pinned = f.bool({ default: false });
 *   sentAt = f.dateTime({ autoNowAdd: true });
 * }
 * ```
 */
export const f = {
  /** A primary key that the database counts up, of 64 bits. Every `Model` has one called `id`. */
  auto,
  /** The same of 32 bits. */
  auto32,
  /** The same of 16 bits. */
  smallAuto,
  /**
   * A primary key of several fields, for models that extend `ModelBase`: `key = f.compositeKey("order", "product")`.
   * The property has no value; `pk` is the list of the values of those fields.
   */
  compositeKey,
  /** A whole number within ±(2^53 - 1), what a number holds exactly; 64 bits in the database. */
  int,
  /** A whole number of 32 bits. */
  int32,
  /** A whole number of 16 bits. */
  smallInt,
  /** A whole number from 0 to 2^53 - 1. The database refuses negative ones, too. */
  positiveInt,
  /** A whole number from 0 to 2^31 - 1. */
  positiveInt32,
  /** A whole number from 0 to 32,767. */
  positiveSmallInt,
  /** A whole number of 64 bits, as a bigint. */
  bigInt,
  /** A number of double precision, as JavaScript has them. */
  float,
  /** An exact decimal number, for money. */
  decimal,
  /** True or false. */
  bool,
  /** A short text, limited by the database too where `maxLength` is given. */
  char,
  /** Text of any length. */
  text,
  /** Letters, digits, `-` and `_`, for URLs; at most 50 unless `maxLength` says otherwise. Indexed. */
  slug,
  /** An e-mail address. */
  email,
  /** An absolute URL. */
  url,
  /** An address of IPv4 or IPv6. */
  ipAddress,
  /** An instant, to the millisecond. */
  dateTime,
  /** A day of the calendar, as text: `2026-11-21`. */
  date,
  /** A time of day, as text: `18:30:00`. */
  time,
  /** A length of time, in milliseconds. */
  duration,
  /** A UUID; `auto` makes one for each new row. */
  uuid,
  /** Bytes. */
  binary,
  /** Anything that JSON can say: `f.json<Settings>()`, or `f.json({ schema })` to have it checked. */
  json,
  /** A list of values that fit another field: `f.array(f.int())`. */
  array,
  /** The path of a file in a storage. */
  file,
  /** The path of an image in a storage. */
  image,
  /** A column that the database computes from others: `f.generated(F("price").times(F("count")), f.int())`. */
  generated,
  /** A field of a type of your own: `f.own(PointField, { null: true })`. */
  own,
  /** A reference to a row of the model that the function gives; the function lets models refer to each other. */
  foreignKey,
  /** A reference to a row that no other row refers to. */
  oneToOne,
  /** Any number of rows of another model, or of the same: `f.manyToMany(() => Tag)`. */
  manyToMany,
  /**
   * The other side of a foreign key, or of a relation of many to many: `f.reverse(() => Message, "room")` is all
   * messages whose `room` is this one.
   */
  reverse,
  /** The other side of a one to one: `f.reverseOne(() => Profile, "user")`. */
  reverseOne,
  /** The row of a model that extends this one, where there is one: `restaurant = f.child(() => Restaurant)`. */
  child,
} as const;
