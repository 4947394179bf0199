import type { HttpResponse } from "../../consumers/index.js";
import type { RouteParams } from "../../core/index.js";
import { Form, type FormOptions } from "../../forms/index.js";
import { type ModelBase, type ModelClass, modelOptions, ProtectedError, type QuerySet } from "../../orm/index.js";
import { FormPage } from "../form-view.js";
import { findObject } from "./find-object.js";
import { contextNameOf, templateNameOf } from "./model-names.js";

/** What asks whether a row is really to be deleted. */
class ConfirmForm extends Form {}

/**
 * Asks whether a row is to be deleted (GET), and deletes it (POST): `chat/room_confirm_delete.liquid` with `room`,
 * `object` and `form`. A row that others need stays, and the form says so, with the status 409.
 */
export abstract class DeleteView<T extends object, Params = RouteParams> extends FormPage<Form, Params> {
  abstract readonly model: ModelClass<T>;
  readonly contextObjectName: string | undefined = undefined;
  readonly templateSuffix: string = "_confirm_delete";
  /** As of `DetailView`. */
  readonly pkParam: string = "pk";
  readonly slugParam: string = "slug";
  readonly slugField: string = "slug";

  #object: Promise<T> | undefined;

  /** The rows that may be deleted: override it to let visitors delete their own only. */
  protected queryset(): QuerySet<T> {
    return (this.model as unknown as { all(): QuerySet<T> }).all();
  }

  /** Finds the row: override it where the path tells it in another way. Rejects with `NotFound`. */
  protected findObject(): Promise<T> {
    return findObject(this.constructor.name, this.queryset(), this.params, this);
  }

  protected override get template(): string {
    const name = this.templateName ?? templateNameOf(this.model, this.templateSuffix);
    if (name === undefined) throw this.invalid(`needs a templateName: ${modelOptions(this.model).name} is of no app`);
    return name;
  }

  protected override async makeForm(options: FormOptions): Promise<Form> {
    // A row that is not there is 404 before anything else is.
    await (this.#object ??= this.findObject());
    return new ConfirmForm(options);
  }

  protected override async page(context: object = {}, options?: { readonly status: number }): Promise<HttpResponse> {
    const object = await (this.#object ??= this.findObject());
    const name = this.contextObjectName ?? contextNameOf(this.model);
    return super.page({ ...context, object, [name]: object }, options);
  }

  /** Deletes the row and leads on. */
  protected override async formValid(form: Form): Promise<HttpResponse> {
    const object = await (this.#object ??= this.findObject());
    try {
      await (object as ModelBase).delete();
    } catch (thrown) {
      if (!(thrown instanceof ProtectedError)) throw thrown;
      form.addError("It cannot be deleted: others refer to it.", { code: "protected" });
      return this.page({ form }, { status: 409 });
    }
    return this.success(form);
  }
}
