/**
 * Pages that most sites have: a list, a row, a form that makes or changes one. Its three main names are `ListView`,
 * `CreateView` and `Paginator`.
 *
 * ```ts
 * class Rooms extends ListView<Room> {
 *   model = Room;
 *   override paginateBy = 20;
 * }
 * class NewRoom extends CreateView<Room> {
 *   model = Room;
 *   override fields = ["title"] as const;
 *   override successUrl = "/rooms/";
 * }
 * const routes = [http("/rooms/", Rooms), http("/rooms/new/", NewRoom)];
 * ```
 */
export { PageInvalid, SuccessUrlRefused, ViewInvalid } from "./errors.js";
export { type FormClass, FormPage, FormView } from "./form-view.js";
export { getListOr404, getOr404 } from "./get-or-404.js";
export { DeleteView } from "./models/delete-view.js";
export { DetailView } from "./models/detail-view.js";
export { CreateView, EditView, type ModelFormClassFor, UpdateView } from "./models/edit-view.js";
export { ListView } from "./models/list-view.js";
export { ModelView } from "./models/model-view.js";
export { KeysetPage } from "./pagination/keyset-page.js";
export { NumberedPage, type PageLink } from "./pagination/numbered-page.js";
export { ellipsis, pageNumbers, type PageNumbersOptions } from "./pagination/page-numbers.js";
export { type CountedRows, Paginator, type PaginatorOptions, type Sliceable } from "./pagination/paginator.js";
export { RedirectView } from "./redirect-view.js";
export { viewTemplates } from "./render-view.js";
export { TemplateView } from "./template-view.js";
export { View } from "./view.js";
