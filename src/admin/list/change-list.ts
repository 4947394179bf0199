import { Count, type Expression, Q } from "../../orm/index.js";
import { ListQueryInvalid } from "../errors.js";
import type { Rows } from "../model/rows.js";
import { valueOf } from "../model/rows.js";
import type { AdminRequest } from "../registered/admin-request.js";
import type { ModelAdmin } from "../registered/model-admin.js";
import type { AdminRegistry } from "../site/admin-registry.js";
import { listColumns, type ShownColumn } from "./columns.js";
import { dateWhere } from "./date-steps.js";
import { type FilterChoice, type PanelFilter } from "./filters/panel-filter.js";
import { checkFilters, listFilters } from "./filters/list-filters.js";
import type { ListState } from "./list-state.js";
import { searchRows } from "./search-rows.js";

/** How far rows are counted where nobody wants to know the whole: on large tables counting takes longest of all. */
const countLimit = 10_000;
const maxFacets = 50;

/** A page of a list. */
export interface ListPage {
  readonly rows: readonly object[];
  /** How many rows there are, as far as they were counted. */
  readonly count: number;
  /** Whether there are more than `count`. */
  readonly isMore: boolean;
  readonly page: number;
  readonly pages: number;
  /** Whether the whole list is short enough to be shown at once. */
  readonly mayShowAll: boolean;
}

/** The list of a model, as a URL asks for it. */
export class ChangeList {
  readonly admin: ModelAdmin;
  readonly columns: readonly ShownColumn[];
  readonly filters: readonly PanelFilter[];
  readonly state: ListState;
  readonly #request: AdminRequest;

  /** Throws `ListQueryInvalid` for what the list does not have. */
  constructor(admin: ModelAdmin, site: AdminRegistry, request: AdminRequest, state: ListState) {
    this.admin = admin;
    this.state = state;
    this.#request = request;
    this.columns = listColumns(admin);
    this.filters = listFilters(admin, site);
    checkFilters(this.filters, state.filters);
  }

  /** The rows that the URL asks for, all pages, in no order. */
  get matching(): Rows {
    return this.#matching(undefined);
  }

  /** The rows with everything but the date, for the way down from it. */
  get beforeDates(): Rows {
    const { admin, state } = this;
    return searchRows(admin, this.#filtered(undefined), state.search);
  }

  #matching(without: PanelFilter | undefined): Rows {
    const { admin, state } = this;
    const dated = this.#dated(this.#filtered(without));
    return admin.options.search?.(dated, state.search, this.#request) ?? searchRows(admin, dated, state.search);
  }

  #filtered(without: PanelFilter | undefined): Rows {
    let rows = this.admin.rows(this.#request);
    for (const filter of this.filters) {
      const value = filter === without ? undefined : this.state.filters.get(filter.parameter);
      if (value !== undefined) rows = filter.apply(rows, value);
    }
    return rows;
  }

  #dated(rows: Rows): Rows {
    const { facts, options } = this.admin;
    const { date } = this.state;
    if (date === undefined) return rows;
    const { dateHierarchy } = options;
    if (dateHierarchy === undefined) {
      throw new ListQueryInvalid({ parameter: "year", problem: "is nothing that this list goes by" });
    }
    return rows.filterBy(dateWhere(dateHierarchy, facts.options.field(dateHierarchy), date));
  }

  /** The rows in the order that the URL asks for, or the list's own; those that are equal in it by their keys. */
  get ordered(): Rows {
    return this.#inOrder(this.matching);
  }

  /** Those of the rows with these keys that there are for the user, on whatever page they stand by now. */
  withKeys(keys: readonly unknown[]): Rows {
    return this.#inOrder(this.admin.rows(this.#request).filterBy({ pk__in: keys }));
  }

  #inOrder(rows: Rows): Rows {
    const { facts, options } = this.admin;
    const asked = this.state.order.map((name) => this.#orderKey(name));
    const own = options.ordering ?? facts.options.ordering;
    const keys: (string | ReturnType<Expression["asc"]>)[] = asked.length > 0 ? asked : [...own];
    const isTotal = keys.some((key) => typeof key === "string" && isKey(key.replace(/^-/, ""), facts.keyName));
    if (!isTotal) keys.push("-pk");
    return this.#withRelated(rows).orderBy(...keys);
  }

  #orderKey(given: string): string | ReturnType<Expression["asc"]> {
    const isDescending = given.startsWith("-");
    const name = given.replace(/^-/, "");
    const orderBy = this.columns.find((column) => column.name === name && this.isSortable(column))?.orderBy;
    if (orderBy === undefined)
      throw new ListQueryInvalid({ parameter: "o", problem: `names no column to order by: ${name}` });
    if (typeof orderBy !== "string") return isDescending ? orderBy.desc() : orderBy.asc();
    return isDescending ? `-${orderBy}` : orderBy;
  }

  isSortable({ name, orderBy }: ShownColumn): boolean {
    const { sortableBy } = this.admin.options;
    return orderBy !== undefined && (sortableBy === undefined || sortableBy.includes(name));
  }

  #withRelated(rows: Rows): Rows {
    const wanted = this.columns.flatMap(({ selectRelated }) => (selectRelated === undefined ? [] : [selectRelated]));
    const paths = [...new Set([...wanted, ...(this.admin.options.listSelectRelated ?? [])])];
    return paths.length === 0 ? rows : rows.selectRelated(...paths);
  }

  /** The rows of the page that the URL asks for; the last one where there are fewer pages. */
  async page(): Promise<ListPage> {
    const { listPerPage = 100, listMaxShowAll = 200 } = this.admin.options;
    const { count, isMore } = await this.#count();
    const mayShowAll = !isMore && count <= listMaxShowAll;
    if (this.state.showsAll && mayShowAll) {
      return { rows: await this.ordered, count, isMore, page: 1, pages: 1, mayShowAll };
    }
    const pages = Math.max(1, Math.ceil(count / listPerPage));
    // Beyond what was counted, the reader can go on page by page.
    const page = isMore ? this.state.page : Math.min(this.state.page, pages);
    const start = (page - 1) * listPerPage;
    return { rows: await this.ordered.slice(start, start + listPerPage), count, isMore, page, pages, mayShowAll };
  }

  async #count(): Promise<{ readonly count: number; readonly isMore: boolean }> {
    const rows = this.matching.orderBy();
    if (this.admin.options.showFullResultCount === true) return { count: await rows.count(), isMore: false };
    const count = await rows.slice(0, countLimit + 1).count();
    return count > countLimit ? { count: countLimit, isMore: true } : { count, isMore: false };
  }

  /** How many rows each of `choices` leaves, beside what else is asked for. */
  async facets(filter: PanelFilter, choices: readonly FilterChoice[]): Promise<ReadonlyMap<string, number>> {
    const rows = this.#matching(filter).orderBy();
    const counted = choices.slice(0, maxFacets);
    const aggregates: Record<string, Expression> = {};
    for (const [index, { value }] of counted.entries()) {
      const where = filter.where(value);
      if (where !== undefined) aggregates[`n${index}`] = Count("pk", { filter: Q(where), distinct: true });
    }
    if (Object.keys(aggregates).length === 0) {
      const counts = await Promise.all(counted.map(({ value }) => filter.apply(rows, value).count()));
      return new Map(counted.map(({ value }, index) => [value, counts[index] ?? 0]));
    }
    const found = await rows.aggregate(aggregates);
    return new Map(counted.map(({ value }, index) => [value, Number(valueOf(found, `n${index}`) ?? 0)]));
  }
}

function isKey(name: string, keyName: string): boolean {
  return name === "pk" || name === keyName;
}
