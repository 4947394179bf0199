import { f, index, meta, Model, unique } from "../../../src/orm/index.js";

export class Category extends Model {
  name = f.char({ maxLength: 80 });
  slug = f.slug({ unique: true });
  parent = f.foreignKey(() => Category, { null: true, blank: true, onDelete: "setNull" });
  position = f.positiveInt({ default: 0 });
  products = f.reverse(() => Product, "category");
  static meta = meta({ ordering: ["position", "name"], verboseNamePlural: "categories" });
}

export class Brand extends Model {
  name = f.char({ maxLength: 80, unique: true });
  website = f.url({ blank: true, default: "" });
  country = f.char({ maxLength: 2, choices: { fr: "France", be: "Belgium", it: "Italy" }, default: "fr" });
  static meta = meta({ ordering: ["name"] });
}

export class Tag extends Model {
  word = f.char({ maxLength: 30, unique: true });
  override toString() {
    return `#${this.word}`;
  }
}

export class Product extends Model {
  title = f.char({ maxLength: 120 });
  slug = f.slug({ unique: true });
  sku = f.uuid({ default: () => crypto.randomUUID() });
  category = f.foreignKey(() => Category, { onDelete: "protect" });
  brand = f.foreignKey(() => Brand, { null: true, blank: true, onDelete: "setNull" });
  tags = f.manyToMany(() => Tag, { blank: true });
  price = f.decimal({ maxDigits: 10, decimalPlaces: 2, helpText: "With taxes." });
  stock = f.int({ default: 0 });
  weight = f.float({ null: true, blank: true });
  status = f.char({ maxLength: 10, choices: { draft: "Draft", live: "On sale", gone: "Sold out" }, default: "draft" });
  isFeatured = f.bool({ default: false, verboseName: "featured" });
  releasedOn = f.date({ null: true, blank: true });
  opensAt = f.time({ null: true, blank: true });
  warranty = f.duration({ null: true, blank: true });
  description = f.text({ blank: true, default: "" });
  details = f.json<Record<string, unknown>>({ default: () => ({}), blank: true });
  manual = f.file({ blank: true, default: "", uploadTo: "manuals" });
  picture = f.image({ blank: true, default: "", uploadTo: "pictures" });
  contact = f.email({ blank: true, default: "" });
  origin = f.ipAddress({ null: true, blank: true });
  views = f.bigInt({ default: 0n, editable: false });
  createdAt = f.dateTime({ autoNowAdd: true });
  changedAt = f.dateTime({ autoNow: true });
  reviews = f.reverse(() => Review, "product");
  static meta = meta({ ordering: ["title"], indexes: [index("status", "-createdAt")] });

  /** For lists: whether there is something to sell. */
  isSellable() {
    return this.status === "live" && this.stock > 0;
  }

  getAbsoluteUrl() {
    return `/products/${this.slug}/`;
  }
}

export class Customer extends Model {
  name = f.char({ maxLength: 120 });
  email = f.email({ unique: true });
  phone = f.char({ maxLength: 30, blank: true, default: "" });
  bornOn = f.date({ null: true, blank: true });
  newsletter = f.bool({ default: false });
  orders = f.reverse(() => Order, "customer");
  address = f.reverseOne(() => Address, "customer");
}

export class Address extends Model {
  customer = f.oneToOne(() => Customer, { onDelete: "cascade" });
  street = f.char({ maxLength: 120 });
  city = f.char({ maxLength: 80 });
  postcode = f.char({ maxLength: 12 });
  static meta = meta({ verboseNamePlural: "addresses" });
  override toString() {
    return `${this.street}, ${this.city}`;
  }
}

export class Coupon extends Model {
  code = f.char({ maxLength: 20, unique: true });
  percent = f.positiveSmallInt({ validators: [(value) => (value > 100 ? "is over 100" : undefined)] });
  validUntil = f.dateTime({ null: true, blank: true });
  categories = f.manyToMany(() => Category, { blank: true });
}

export class Order extends Model {
  customer = f.foreignKey(() => Customer, { onDelete: "cascade" });
  coupon = f.foreignKey(() => Coupon, { null: true, blank: true, onDelete: "setNull" });
  placedAt = f.dateTime();
  state = f.int({
    choices: [
      [1, "Placed"],
      [2, "Paid"],
      [3, "Sent"],
    ],
    default: 1,
  });
  note = f.text({ blank: true, default: "" });
  lines = f.reverse(() => OrderLine, "order");
  static meta = meta({ ordering: ["-placedAt"] });
  override toString() {
    return `Order ${this.pk}`;
  }
}

export class OrderLine extends Model {
  order = f.foreignKey(() => Order, { onDelete: "cascade" });
  product = f.foreignKey(() => Product, { onDelete: "protect" });
  quantity = f.positiveInt({ default: 1 });
  unitPrice = f.decimal({ maxDigits: 10, decimalPlaces: 2 });
  static meta = meta({ constraints: [unique("order", "product")] });
}

export class Review extends Model {
  product = f.foreignKey(() => Product, { onDelete: "cascade" });
  customer = f.foreignKey(() => Customer, { null: true, blank: true, onDelete: "setNull" });
  stars = f.smallInt({
    choices: [
      [1, "★"],
      [2, "★★"],
      [3, "★★★"],
      [4, "★★★★"],
      [5, "★★★★★"],
    ],
  });
  text = f.text({ blank: true, default: "" });
  isApproved = f.bool({ null: true, blank: true });
  writtenAt = f.dateTime({ autoNowAdd: true });
}

export class Warehouse extends Model {
  code = f.char({ maxLength: 8, unique: true });
  city = f.char({ maxLength: 80 });
  products = f.manyToMany(() => Product, { through: () => StockLevel });
}

export class StockLevel extends Model {
  warehouse = f.foreignKey(() => Warehouse, { onDelete: "cascade" });
  product = f.foreignKey(() => Product, { onDelete: "cascade" });
  amount = f.int({ default: 0 });
  static meta = meta({ constraints: [unique("warehouse", "product")] });
}

export const shopModels = [
  Category,
  Brand,
  Tag,
  Product,
  Customer,
  Address,
  Coupon,
  Order,
  OrderLine,
  Review,
  Warehouse,
  StockLevel,
];
