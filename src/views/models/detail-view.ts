import type { HttpResponse } from "../../consumers/index.js";
import type { RouteParams } from "../../core/index.js";
import { findObject } from "./find-object.js";
import { ModelView } from "./model-view.js";

/**
 * A page of one row, which the path names by `pk` or `slug`: `chat/room_detail.liquid` with `room` and `object`.
 *
 * ```ts
 * class RoomPage extends DetailView<Room> {
 *   model = Room;
 * }
 * http("/rooms/:slug/", RoomPage)
 * ```
 */
export abstract class DetailView<T extends object, Params = RouteParams> extends ModelView<T, Params> {
  readonly templateSuffix: string = "_detail";
  /** The value of the path that is the primary key; its own name counts as well. Default `pk`. */
  readonly pkParam: string = "pk";
  /** The value of the path that tells the row where there is no key. Default `slug`. */
  readonly slugParam: string = "slug";
  /** The field that it is compared with. Default `slug`. */
  readonly slugField: string = "slug";

  /** Finds the row: override it where the path tells it in another way. Rejects with `NotFound`. */
  protected findObject(): Promise<T> {
    return findObject(this.constructor.name, this.queryset(), this.params, this);
  }

  async get(): Promise<HttpResponse> {
    const object = await this.findObject();
    return this.page({ object, [this.objectName]: object });
  }
}
