import type { HttpResponse } from "../../consumers/index.js";
import { NotFound, type RouteParams } from "../../core/index.js";
import { modelOptions, type QuerySet } from "../../orm/index.js";
import { KeysetPage } from "../pagination/keyset-page.js";
import type { NumberedPage } from "../pagination/numbered-page.js";
import { Paginator } from "../pagination/paginator.js";
import { ModelView } from "./model-view.js";

/**
 * A page of rows: `chat/room_list.liquid` with `roomList` and `objectList`, and `page` where there are several.
 *
 * ```ts
 * class Rooms extends ListView<Room> {
 *   model = Room;
 *   override paginateBy = 20;
 *   override queryset() { return Room.filter({ isOpen: true }).orderBy("title"); }
 * }
 * ```
 *
 * Without `paginateBy` all rows are on one page.
 */
export abstract class ListView<T extends object, Params = RouteParams> extends ModelView<T, Params> {
  readonly templateSuffix: string = "_list";
  /** How many rows a page has. */
  readonly paginateBy: number | undefined = undefined;
  /** With at most so many on the last page, they stand on the one before. Default 0. */
  readonly paginateOrphans: number = 0;
  /** Whether pages have numbers, or only a way on and back (`keyset`), which takes no longer the further one goes. */
  readonly pagination: "numbers" | "keyset" = "numbers";
  /** The name of the number in the URL. Default `page`. */
  readonly pageKey: string = "page";
  /** The order of the rows, where it is not that of the model. */
  readonly ordering: string | readonly string[] | undefined = undefined;
  /** Whether there is a page with nothing on it; 404 otherwise. Default true. */
  readonly allowEmpty: boolean = true;

  async get(): Promise<HttpResponse> {
    const rows = this.#ordered();
    const { paginateBy } = this;
    if (paginateBy === undefined) {
      const all = await rows;
      if (all.length === 0) this.#refuseEmpty();
      return this.#show(all, undefined);
    }
    const page =
      this.pagination === "keyset" ? await this.#keyset(rows, paginateBy) : await this.#numbered(rows, paginateBy);
    page.query = new URLSearchParams(this.request.query);
    return this.#show(page.items, page);
  }

  #ordered(): QuerySet<T> {
    const rows = this.queryset();
    const { ordering } = this;
    if (ordering === undefined) return rows;
    const keys: readonly string[] = typeof ordering === "string" ? [ordering] : ordering;
    const orderBy = rows.orderBy as (this: QuerySet<T>, ...names: readonly string[]) => QuerySet<T>;
    return orderBy.call(rows, ...keys);
  }

  async #numbered(rows: QuerySet<T>, perPage: number): Promise<NumberedPage<T>> {
    const options = { orphans: this.paginateOrphans, allowEmptyFirstPage: this.allowEmpty };
    const page = await new Paginator<T>(rows, perPage, options).page(this.request.query.get(this.pageKey));
    page.key = this.pageKey;
    return page;
  }

  async #keyset(rows: QuerySet<T>, size: number): Promise<KeysetPage<T>> {
    const { query } = this.request;
    const [after, before] = [query.get("after") ?? undefined, query.get("before") ?? undefined];
    const found = await rows.page({ size, after, before: after === undefined ? before : undefined });
    if (found.rows.length === 0 && after === undefined && before === undefined) this.#refuseEmpty();
    return new KeysetPage(found);
  }

  #refuseEmpty(): void {
    if (!this.allowEmpty) throw new NotFound({ what: `Any ${modelOptions(this.model).verboseName}` });
  }

  #show(objectList: readonly T[], page: NumberedPage<T> | KeysetPage<T> | undefined): Promise<HttpResponse> {
    const listName = this.contextObjectName ?? `${this.objectName}List`;
    return this.page({ objectList, [listName]: objectList, page, isPaginated: page?.hasOthers ?? false });
  }
}
