import {
  adminAction,
  AdminPage,
  AdminSite,
  column,
  listFilter,
  pageOf,
  stackedInline,
  tabularInline,
} from "../../../src/admin/index.js";
import { http, type Route } from "../../../src/consumers/index.js";
import { Address, Category, Customer, Order, OrderLine, Product } from "./models.js";

/** A page of the shop's own in its second admin. */
class StockPage extends AdminPage {
  static override readonly depth = 1;

  get() {
    return this.forStaff(async (request) =>
      this.page("backstage/stock.liquid", request, {
        title: "Nearly sold out",
        crumbs: [{ label: this.site.title, url: this.urls.index }, { label: "Nearly sold out" }],
        products: await Product.filter({ stock__lt: 5 }).orderBy("stock", "pk"),
      }),
    );
  }
}

/** The shop's second admin: other options for some of the same models, templates and a page of its own. */
export function backstageSite(): { readonly site: AdminSite; readonly routes: readonly Route[] } {
  const site = new AdminSite({ title: "Backstage", siteUrl: null, templates: "backstage" });
  site.register(Product, {
    listDisplay: [
      "title",
      "category__name",
      "isSellable",
      "price",
      column("words", async (one: Product) => (await one.tags.all()).map(String).join(" ")),
    ],
    listDisplayLinks: ["title", "category__name"],
    sortableBy: ["title", "category__name"],
    listFilter: [
      "category",
      listFilter<Product>("size", "Price", [["low", "Below 100"]], (rows) => rows.filterBy({ price__lt: 100 })),
    ],
    listPerPage: 10,
    showFacets: "always",
    ordering: ["title"],
    fieldsets: [
      { fields: [["title", "slug"], "price", "status"] },
      { title: "Where it belongs", description: "Told by numbers.", fields: ["category"], collapsed: true },
      { title: "Looked at", fields: [["views", "worth"]] },
    ],
    rawIdFields: ["category"],
    radioFields: ["status"],
    readonlyFields: ["views", column("worth", (one: Product) => one.price.times(one.stock).toFixed(2))],
    saveOnTop: true,
    actions: [
      adminAction<Product>("feature", async (rows) => `${await rows.update({ isFeatured: true })} are featured.`, {
        confirm: true,
      }),
    ],
  });
  site.register(Category);
  site.register(Customer, { inlines: [stackedInline(Address, { extra: 0, max: 1 })] });
  site.register(Order, { inlines: [tabularInline(OrderLine, { extra: 0, readonlyFields: ["unitPrice"] })] });
  return { site, routes: [http("/stock/", pageOf(StockPage, site), { name: "stock" }), ...site.routes] };
}
