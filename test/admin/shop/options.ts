import { adminAction, type AdminOptions, column, stackedInline, tabularInline } from "../../../src/admin/index.js";
import type { ModelClass } from "../../../src/orm/index.js";
import { reprice } from "./reprice.js";
import {
  Address,
  Brand,
  Category,
  Coupon,
  Customer,
  Order,
  OrderLine,
  Product,
  Review,
  StockLevel,
  Tag,
  Warehouse,
} from "./models.js";

const product: AdminOptions<Product> = {
  listDisplay: ["title", "category", "brand", "price", "stock", "status", "isFeatured", "createdAt"],
  listFilter: ["status", "category", "brand", "isFeatured", "releasedOn"],
  searchFields: ["title", "brand__name"],
  searchHelpText: "Titles, brands, and how a number begins.",
  dateHierarchy: "releasedOn",
  listPerPage: 50,
  prepopulatedFields: { slug: ["title"] },
  saveAs: true,
  actions: [
    adminAction<Product>(
      "put_on_sale",
      async (rows) => `${await rows.update({ status: "live" })} products are on sale.`,
    ),
    adminAction("reprice", reprice, { label: "Raise the prices", permissions: ["change"] }),
  ],
  fieldsets: [
    { fields: ["title", "slug", ["category", "brand"], "tags", "description"] },
    {
      title: "Price and stock",
      fields: [
        ["price", "stock", "weight"],
        ["status", "isFeatured"],
      ],
    },
    {
      title: "Dates",
      description: "When it comes, and how long we answer for it.",
      fields: [["releasedOn", "opensAt", "warranty"]],
    },
    { title: "Files", fields: ["picture", "manual"] },
    { title: "More", fields: ["contact", "origin", "details", "sku"], collapsed: true },
    { title: "Only to look at", fields: [["views", "createdAt", "changedAt"]] },
  ],
  readonlyFields: ["views", "createdAt", "changedAt"],
  radioFields: ["status"],
  inlines: [stackedInline(Review, { extra: 0, fields: ["customer", "stars", "text", "isApproved"] })],
};

const order: AdminOptions<Order> = {
  listDisplay: ["+text", "customer", "placedAt", "state", column("lines", (one: Order) => one.lines.count())],
  listFilter: ["state"],
  listEditable: ["state"],
  searchFields: ["customer__name"],
  dateHierarchy: "placedAt",
  inlines: [tabularInline(OrderLine, { extra: 1 })],
};

const customer: AdminOptions<Customer> = {
  listDisplay: ["name", "email", "phone", "newsletter"],
  searchFields: ["name", "email"],
  inlines: [stackedInline(Address)],
};

/** The shop's admin as a project would set it up. */
export const shopOptions = new Map<ModelClass, AdminOptions>([
  [Product, product],
  [Order, order],
  [Customer, customer],
  [Category, { prepopulatedFields: { slug: ["name"] }, listDisplay: ["name", "parent", "position"] }],
  [Brand, { listDisplay: ["name", "country", "website"] }],
  [Coupon, { listDisplay: ["code", "percent", "validUntil"] }],
  [Review, { listDisplay: ["product", "customer", "stars", "isApproved", "writtenAt"], listFilter: ["stars"] }],
  [Warehouse, { inlines: [tabularInline(StockLevel)] }],
  [StockLevel, { listDisplay: ["warehouse", "product", "amount"], listEditable: ["amount"] }],
  [Tag, {}],
] as unknown as [ModelClass, AdminOptions][]);
