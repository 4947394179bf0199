import type { RouteParams } from "../../core/index.js";
import { type ModelClass, modelOptions, type QuerySet } from "../../orm/index.js";
import { View } from "../view.js";
import { contextNameOf, templateNameOf } from "./model-names.js";

/** What views that show rows of a model have in common. */
export abstract class ModelView<T extends object, Params = RouteParams> extends View<Params> {
  abstract readonly model: ModelClass<T>;
  /** What the template calls the row, or the rows. Default: the model's name, `room` and `roomList`. */
  readonly contextObjectName: string | undefined = undefined;
  /** How the name of the template ends: `_list` of `chat/room_list.liquid`. */
  abstract readonly templateSuffix: string;

  /** The rows that the view is about: override it to show some of them only. */
  protected queryset(): QuerySet<T> {
    return (this.model as unknown as { all(): QuerySet<T> }).all();
  }

  protected override get template(): string {
    const name = this.templateName ?? templateNameOf(this.model, this.templateSuffix);
    if (name === undefined) throw this.invalid(`needs a templateName: ${modelOptions(this.model).name} is of no app`);
    return name;
  }

  protected get objectName(): string {
    return this.contextObjectName ?? contextNameOf(this.model);
  }
}
