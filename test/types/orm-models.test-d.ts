/**
 * What the compiler knows of fields, relations and instances, and what it refuses. Checked by plain `tsc`; nothing here
 * runs. A line under `@ts-expect-error` must not compile.
 */
import type { Decimal } from "decimal.js";
import {
  asManager,
  Exists,
  F,
  f,
  Field,
  Lower,
  Manager,
  Model,
  ModelBase,
  Prefetch,
  QuerySet,
  Subquery,
  Value,
  type Ref,
} from "hotclub/orm";

/** Compiles where `A` and `B` are the same type. */
declare function same<A, B>(..._: [A, B] extends [B, A] ? [] : [different: [A, B]]): void;

interface Settings {
  readonly theme: "dark" | "light";
}
interface Money {
  readonly cents: number;
}
class MoneyField extends Field<Money> {
  readonly typeName = "money";
  readonly lookupKind = "number";
  readonly columnType = { kind: "integer" } as const;
  override toValue(value: unknown): Money {
    return value as Money;
  }
}

class Owner extends Model {
  name = f.char();
  shop = f.reverseOne(() => Shop, "owner");
  wishes = f.manyToMany(() => Product);
}
class Shop extends Model {
  owner = f.oneToOne(() => Owner, { onDelete: "cascade" });
  products = f.reverse(() => Product, "shop");
}
class Product extends Model {
  shop = f.foreignKey(() => Shop, { null: true, onDelete: "setNull" });
  price = f.decimal({ maxDigits: 10, decimalPlaces: 2 });
  stock = f.bigInt({ default: 0n });
  state = f.char({ choices: { draft: "Draft", live: "Live" }, dbDefault: "draft" });
  stars = f.int({
    choices: [
      [1, "bad"],
      [2, "good"],
    ],
    null: true,
  });
  day = f.date({ autoNowAdd: true });
  token = f.uuid({ auto: "v7" });
  settings = f.json<Settings>();
  extra = f.json({ null: true });
  sizes = f.array(f.int());
  labels = f.array(f.text({ null: true }), { default: [] });
  total = f.generated(F<number>("price"), f.float());
  cost = f.own(MoneyField, { null: true });
  wishedBy = f.reverse(() => Owner, "wishes");
}
class Country extends Model {
  code = f.char({ unique: true });
  cities = f.reverse(() => City, "country");
}
class City extends Model {
  country = f.foreignKey(() => Country, { toField: "code", onDelete: "cascade" });
  twin = f.foreignKey(() => Country, { toField: "code", onDelete: "setNull", null: true });
  medium = f.char({
    choices: [
      ["Audio", [["cd", "CD"]]],
      ["Video", [["vhs", "VHS"]]],
    ],
    default: "cd",
  });
  late = f.int({ choices: () => [1, 2], default: 1 });
}

/** A foreign key that keeps another field holds, takes and is compared with its value. */
export async function otherTargets(country: Country, city: City): Promise<void> {
  const code: string = city.country.id;
  const loaded: Country = await city.country;
  const medium: "cd" | "vhs" = city.medium;
  const late: number = city.late;
  void [code, loaded, medium, late];
  await City.create({ country: "fr" });
  await City.create({ country, twin: city.country });
  await City.create({ country: Lower(Value("FR")) });
  void City.filter({ country: "fr", country__code__startswith: "f", twin: null, country__pk: 1 });
  same<Awaited<ReturnType<typeof codes>>, string[]>();
  // @ts-expect-error the primary key is not what it keeps
  await City.create({ country: 1 });
  // @ts-expect-error nor is what is computed to be one
  await City.create({ country: Value(1) });
  // @ts-expect-error the same of lookups
  void City.filter({ country: 1 });
  // @ts-expect-error none of the choices of any group
  await City.create({ country, medium: "lp" });
}
const codes = (): Promise<string[]> =>
  City.all()
    .valuesList("country", { flat: true })
    .slice(0)
    .then((rows) => rows);

class Ticket extends ModelBase {
  id = f.uuid({ primaryKey: true, auto: "v4" });
}

/** Fields are values of their types. */
export async function values(product: Product, shop: Shop, owner: Owner, ticket: Ticket): Promise<void> {
  const price: Decimal = product.price;
  const stock: bigint = product.stock;
  const state: "draft" | "live" = product.state;
  const stars: 1 | 2 | null = product.stars;
  const theme: "dark" | "light" = product.settings.theme;
  const sizes: readonly number[] = product.sizes;
  const labels: readonly (string | null)[] = product.labels;
  const total: number = product.total;
  const cost: Money | null = product.cost;
  const key: string = ticket.pk;
  void [price, stock, state, stars, theme, sizes, labels, total, cost, key];
  same<typeof product.shop, Ref<Shop> | null>();
  const loaded: Owner = await shop.owner;
  const reverse: Shop = await owner.shop;
  const orNull: Shop | null = await owner.shop.orNull();
  const wishes: Product[] = await owner.wishes;
  void [loaded, reverse, orNull, wishes];
  // @ts-expect-error not one of the choices
  product.state = "gone";
  // @ts-expect-error a decimal is no number
  const wrong: number = product.price;
  void wrong;
}

/** `create` wants what has no default, and takes what can be converted. */
export async function creation(shop: Shop): Promise<void> {
  await Product.create({ price: "9.99", settings: { theme: "dark" }, sizes: [1], shop });
  await Product.create({ price: 9, settings: { theme: "dark" }, sizes: [], stock: 3, day: new Date(), state: "live" });
  await Ticket.create({});
  const first = Subquery(Shop.values("id").slice(0, 1));
  await Product.create({ price: 9, settings: { theme: "dark" }, sizes: [], shop: first });
  await Product.filter({ pk: 1 }).update({ shop: first });
  await Club.create({ name: "x", owner: 1, hasStage: Exists(Club.filter({ hasStage: true })).not() });
  // @ts-expect-error a text is no key of a shop
  await Product.create({ price: 9, settings: { theme: "dark" }, sizes: [], shop: Value("first") });
  // @ts-expect-error what holds or not is no price
  await Product.create({ price: Exists(Shop.all()).not(), settings: { theme: "dark" }, sizes: [] });
  // @ts-expect-error the price is missing
  await Product.create({ settings: { theme: "dark" }, sizes: [1] });
  // @ts-expect-error no such theme
  await Product.create({ price: 1, settings: { theme: "pink" }, sizes: [1] });
  // @ts-expect-error a list of numbers
  await Product.create({ price: 1, settings: { theme: "dark" }, sizes: ["x"] });
  // @ts-expect-error the database computes it
  await Product.create({ price: 1, settings: { theme: "dark" }, sizes: [1], total: 3 });
  // @ts-expect-error not one of the choices
  await Product.create({ price: 1, settings: { theme: "dark" }, sizes: [1], stars: 3 });
  // @ts-expect-error the owner is missing
  await Shop.create({});
}

/** Lookups take what their column takes. */
export function lookups(): void {
  void Product.filter({ price__gte: "1.50", stock__lt: 5n, day: "2026-01-01", token__in: ["x"] });
  void Product.filter({ wishedBy__name: "x", shop__owner__name: "y", total__gt: 3 });
  void Owner.filter({ wishes__price__gt: 3, shop__isnull: true });
  void Product.filter({ sizes__contains: [1], sizes__overlap: [2], sizes__len__gt: 1, sizes__0: 3, sizes__0__gt: 2 });
  void Product.filter({ sizes__0_2: [1, 2], labels__contains: ["x"], labels__0__startswith: "x" });
  // @ts-expect-error a list of numbers
  void Product.filter({ sizes__contains: ["x"] });
  // @ts-expect-error the items are numbers
  void Product.filter({ sizes__0: "x" });
  // @ts-expect-error lists have no such lookup
  void Product.filter({ sizes__icontains: "x" });
  // @ts-expect-error no date
  void Product.filter({ price: new Date() });
  // @ts-expect-error not one of the choices
  void Product.filter({ state: "gone" });
  // @ts-expect-error no such field on the other side
  void Owner.filter({ wishes__size: 3 });
  // @ts-expect-error a number has no text lookups
  void Product.filter({ total__icontains: "x" });
}

/** Sets take instances, references and keys of their model. */
export async function sets(owner: Owner, product: Product, shop: Shop): Promise<void> {
  await owner.wishes.add(product);
  await owner.wishes.set([product, 3], { clear: true });
  await shop.products.add([product, product.pk]);
  // @ts-expect-error a shop is no product
  await owner.wishes.add(shop);
  // @ts-expect-error a text is no key of a product
  await owner.wishes.remove(["x"]);
}

/** Instances. */
export async function instances(product: Product): Promise<void> {
  await product.save({ updateFields: ["price"], forceUpdate: true });
  await product.assign({ stock: F<bigint>("stock"), price: "1.5" }).save();
  await product.refreshFromDb({ fields: ["total", "state"] });
  await product.fullClean({ exclude: ["price"] });
  const shown: string = product.display("state");
  void shown;
  // @ts-expect-error no such field
  await product.fullClean({ exclude: ["prize"] });
  // @ts-expect-error no such field
  product.display("colour");
}

/** Options that cannot be. */
export function options(): void {
  // @ts-expect-error both numbers must be said
  f.decimal({ maxDigits: 3 });
  // @ts-expect-error no such version
  f.uuid({ auto: "v5" });
  // @ts-expect-error what happens on deletion must be said
  f.oneToOne(() => Owner, {});
  // @ts-expect-error a default must be one of the values
  f.int({ default: "x" });
}

class Stock extends ModelBase {
  key = f.compositeKey("shop", "shelf");
  shop = f.foreignKey(() => Shop, { onDelete: "cascade" });
  shelf = f.char();
  count = f.int({ default: 0 });
  moves = f.reverse(() => Move, "stock");
}
class Move extends Model {
  shop = f.foreignKey(() => Shop, { onDelete: "cascade" });
  shelf = f.char();
  stock = f.foreignKey(() => Stock, { fields: ["shop", "shelf"], onDelete: "cascade" });
  otherShelf = f.char({ null: true });
  other = f.foreignKey(() => Stock, { fields: ["shop", "otherShelf"], onDelete: "setNull", null: true });
  count = f.int();
}

/** Composite keys are lists. */
export async function compositeKeys(stock: Stock, move: Move, shop: Shop): Promise<void> {
  same<typeof stock.pk, readonly [number, string]>();
  same<typeof move.stock.id, readonly [number, string]>();
  const other: readonly [number, string] | undefined = move.other?.id;
  const loaded: Stock = await move.stock;
  void [other, loaded];
  void Stock.filter({ pk: [1, "a"], pk__in: [[1, "a"]], pk__gte: [1, "a"], moves__count__gt: 3 });
  void Move.filter({
    stock: [1, "a"],
    stock__in: [stock, [1, "b"]],
    stock__shelf__startswith: "a",
    other__isnull: true,
  });
  await Move.create({ stock, count: 1 });
  await Move.create({ stock: [1, "a"], count: 1, other: null });
  await Move.create({ shop, shelf: "a", count: 1 });
  await Stock.create({ shop: 1, shelf: "a" });
  const loadedTogether = await Move.selectRelated("stock").first();
  const shelf: string | undefined = loadedTogether?.stock.shelf;
  void shelf;
  // @ts-expect-error not a list
  void Stock.filter({ pk: 1 });
  // @ts-expect-error the parts are in the wrong order
  void Stock.filter({ pk: ["a", 1] });
  // @ts-expect-error a part is missing
  void Stock.filter({ pk__in: [[1]] });
  // @ts-expect-error no key of a stock
  void Move.filter({ stock: 1 });
  // @ts-expect-error keys have no such lookup
  void Stock.filter({ pk__icontains: "a" });
  // @ts-expect-error the count is missing
  await Move.create({ stock });
  // @ts-expect-error a part is missing
  await Stock.create({ shop });
  // @ts-expect-error a key of one field is no composite one
  f.compositeKey("shop");
  // @ts-expect-error a shop is no stock
  await Move.create({ stock: shop, count: 1 });
}

class Venue extends Model {
  name = f.char();
  owner = f.foreignKey(() => Owner, { onDelete: "cascade" });
  club = f.child(() => Club);
}
class Club extends Venue {
  hasStage = f.bool({ default: false });
  members = f.manyToMany(() => Owner);
}

/** A model that extends one with a table has the fields of both. */
export async function multiTable(club: Club, venue: Venue, owner: Owner): Promise<void> {
  const own: [number, string, boolean] = [club.pk, club.name, club.hasStage];
  const child: Club = await venue.club;
  const asParent: Venue = club;
  void [own, child, asParent];
  await Club.create({ name: "x", owner });
  void Club.filter({ name__startswith: "x", owner__name: "y", hasStage: true, members__name: "z" });
  void Venue.filter({ club__hasStage: true, club__members__name: "z", club__isnull: false });
  await Club.filter({ pk: 1 }).update({ name: "x", hasStage: true });
  await club.delete({ keepParents: true });
  // @ts-expect-error the name of the parent is missing
  await Club.create({ owner });
  // @ts-expect-error a venue is no club
  const wrong: Club = venue;
  void wrong;
  // @ts-expect-error the parent does not have it
  void Venue.filter({ hasStage: true });
  // @ts-expect-error a bool has no text lookups
  void Venue.filter({ club__hasStage__icontains: "x" });
  // @ts-expect-error an owner extends no venue
  const none: Club = await owner.shop;
  void none;
}

class Products extends QuerySet<Product> {
  live() {
    return this.filter({ state: "live" });
  }
  cheaperThan(price: number) {
    return this.filter({ price__lt: price });
  }
}
class LiveProducts extends Manager.fromQuerySet(Products) {
  override getQuerySet() {
    return super.getQuerySet().live();
  }
}
class Catalogue extends Model {
  title = f.char();
  static named = new Manager<Catalogue>(() => Catalogue);
}

/** Managers have the methods of their query sets, which stay through steps that keep the rows' type. */
export async function managers(shop: Shop): Promise<void> {
  const objects = asManager(Products, () => Product);
  const live = new LiveProducts(() => Product);
  const set: Products = objects.live().cheaperThan(3).exclude({ stock: 0n }).orderBy("price").live();
  const one: Product = await live.cheaperThan(3).get({ state: "live" });
  const rows: Product[] = await shop.products.all(live).cheaperThan(3);
  const named: Catalogue | null = await Catalogue.named.filter({ title__icontains: "x" }).first();
  void [set, one, rows, named];
  // @ts-expect-error no such method
  void objects.dead();
  // @ts-expect-error not a number
  void objects.cheaperThan("x");
  // @ts-expect-error no such field
  void live.filter({ colour: "red" });
  // @ts-expect-error the manager of another model
  void shop.products.all(Catalogue.named);
  // @ts-expect-error the rows of another model
  asManager(Products, () => Shop);
}

/** The other side of a one to one is loaded as an object, or null where there is none. */
export async function otherSides(owner: Owner): Promise<void> {
  const [loaded] = await Owner.selectRelated("shop");
  const shop: Shop | null | undefined = loaded?.shop;
  const products = await Product.selectRelated("shop__owner__shop");
  const around: number | undefined = products[0]?.shop?.owner.shop?.pk;
  const [row] = await Owner.prefetchRelated(
    Prefetch("shop", { querySet: Shop.filter({ pk: 1 }), toAttr: "first" }),
    Prefetch("wishes", { toAttr: "wanted" }),
  );
  const first: Shop | null | undefined = row?.first;
  const wanted: Product[] | undefined = row?.wanted;
  const awaited: Shop = await owner.shop;
  void [shop, around, first, wanted, awaited];
  // @ts-expect-error there may be no shop
  void loaded?.shop.pk;
  // @ts-expect-error it was not loaded, and is to be awaited
  void owner.shop.pk;
  // @ts-expect-error a set leads to many
  void Owner.selectRelated("shop__products");
}

/** New rows take expressions of the right type, and defaults functions as well. */
export async function computedRows(): Promise<void> {
  await Owner.create({ name: Lower(Value("A")) });
  await Owner.bulkCreate([{ name: "a" }, { name: Lower(Value("B")) }]);
  await Owner.getOrCreate({ name: "a" }, { defaults: { name: () => "b" } });
  await Owner.updateOrCreate({ name: "a" }, { defaults: { name: F("name") }, createDefaults: { name: () => "b" } });
  // @ts-expect-error a number is no text
  await Owner.create({ name: Value(1) });
  // @ts-expect-error the function gives no text
  await Owner.getOrCreate({ name: "a" }, { defaults: { name: () => 1 } });
  // @ts-expect-error there is no such field
  await Owner.getOrCreate({ name: "a" }, { defaults: { nme: () => "b" } });
}
