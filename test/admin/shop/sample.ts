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

const words = ["Manouche", "Swing", "Bolero", "Nuages", "Daphne", "Minor", "Belleville", "Manoir", "Tears", "Douce"];
const things = ["guitar", "violin", "bass", "strings", "case", "pick", "stand", "strap", "tuner", "songbook"];
const day = 24 * 3600 * 1000;

/** Fills a shop: the same rows each time. */
export async function fillShop({ products = 120 } = {}): Promise<void> {
  const root = await Category.create({ name: "Instruments", slug: "instruments", position: 1 });
  const categories = [
    root,
    await Category.create({ name: "Guitars", slug: "guitars", parent: root, position: 2 }),
    await Category.create({ name: "Violins", slug: "violins", parent: root, position: 3 }),
    await Category.create({ name: "Accessories", slug: "accessories", position: 4 }),
  ];
  const brands = [
    await Brand.create({ name: "Selmer", website: "https://selmer.example", country: "fr" }),
    await Brand.create({ name: "Busato", country: "it" }),
    await Brand.create({ name: "Favino", country: "be" }),
  ];
  const tags = await Promise.all(["new", "used", "left-handed", "classic"].map((word) => Tag.create({ word })));
  const start = Date.UTC(2025, 0, 15);
  const made: Product[] = [];
  for (let at = 0; at < products; at++) {
    const title = `${words[at % 10]} ${things[Math.floor(at / 10) % 10]} ${at + 1}`;
    const product = await Product.create({
      title,
      slug: title.toLowerCase().replaceAll(" ", "-"),
      category: categories[at % 4] ?? root,
      brand: at % 4 === 3 ? null : (brands[at % 3] ?? null),
      price: `${20 + at * 7}.90`,
      stock: (at * 13) % 40,
      status: at % 5 === 4 ? "gone" : at % 5 === 0 ? "draft" : "live",
      isFeatured: at % 7 === 0,
      releasedOn: new Date(start + at * 3 * day).toISOString().slice(0, 10),
      description: `A ${things[at % 10]} as it was played in Paris.`,
      details: { wood: at % 2 === 0 ? "maple" : "rosewood", year: 1930 + (at % 20) },
    });
    made.push(product);
    await product.tags.set(tags.filter((_tag, index) => (at + index) % 3 === 0));
  }
  const names = ["Django Reinhardt", "Stéphane Grappelli", "Joseph Reinhardt", "Louis Vola", "Roger Chaput"];
  for (const [at, name] of names.entries()) {
    const customer = await Customer.create({
      name,
      email: `${name.split(" ")[0]?.toLowerCase() ?? ""}@example.com`,
      newsletter: at % 2 === 0,
    });
    await Address.create({ customer, street: `${at + 1}, rue Chaptal`, city: "Paris", postcode: `7500${at + 1}` });
    const order = await Order.create({
      customer,
      placedAt: new Date(start + at * 20 * day),
      state: ([1, 2, 3] as const)[at % 3] ?? 1,
    });
    for (const product of made.slice(at * 3, at * 3 + 3)) {
      await OrderLine.create({ order, product, quantity: at + 1, unitPrice: product.price });
    }
    const product = made[at];
    if (product !== undefined) {
      await Review.create({
        product,
        customer,
        stars: ([5, 4, 3, 5, 2] as const)[at] ?? 5,
        text: "Sounds like 1934.",
        isApproved: at % 2 === 0,
      });
    }
  }
  await Coupon.create({ code: "SWING34", percent: 34, validUntil: new Date(start + 400 * day) });
  const warehouse = await Warehouse.create({ code: "PAR", city: "Paris" });
  for (const product of made.slice(0, 10)) await StockLevel.create({ warehouse, product, amount: product.stock });
}
