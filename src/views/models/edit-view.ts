import type { HttpResponse } from "../../consumers/index.js";
import type { RouteParams } from "../../core/index.js";
import {
  type FormFieldName,
  type FormOptions,
  type ModelForm,
  modelFormOf,
  type ModelFormOptions,
} from "../../forms/index.js";
import { type ModelClass, modelOptions, type QuerySet } from "../../orm/index.js";
import { FormPage } from "../form-view.js";
import { findObject } from "./find-object.js";
import { contextNameOf, templateNameOf } from "./model-names.js";

/** A class of forms of the model `T`. */
export type ModelFormClassFor<T extends object> = new (options?: ModelFormOptions<T>) => ModelForm<T>;

/** By class of views: the forms that follow from their `fields`. */
const made = new WeakMap<object, ModelFormClassFor<object>>();

/** What views that make or change a row with a form have in common. */
export abstract class EditView<
  T extends object,
  Params = RouteParams,
  F extends ModelForm<T> = ModelForm<T>,
> extends FormPage<F, Params> {
  abstract readonly model: ModelClass<T>;
  /** What the form asks for, where there is no `formClass`. */
  readonly fields: readonly FormFieldName<T>[] | "all" | undefined = undefined;
  readonly formClass: (new (options?: ModelFormOptions<T>) => F) | undefined = undefined;
  readonly contextObjectName: string | undefined = undefined;
  readonly templateSuffix: string = "_form";

  /** The rows that may be changed: override it to let visitors change their own only. */
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

  /** The row that the form is about. */
  protected abstract instance(): T | Promise<T>;

  protected async makeForm(options: FormOptions): Promise<F> {
    return new (this.#class())({ ...options, instance: await this.instance() });
  }

  #class(): new (options?: ModelFormOptions<T>) => F {
    const { formClass, fields, model } = this;
    if (formClass !== undefined) return formClass;
    if (fields === undefined) throw this.invalid("must say what its form asks for: fields or formClass");
    let known = made.get(this.constructor);
    if (known === undefined) made.set(this.constructor, (known = modelFormOf(model, { fields }) as never));
    return known as unknown as new (options?: ModelFormOptions<T>) => F;
  }

  /** Writes the row and leads on. What only the database finds wrong is shown in the form. */
  protected override async formValid(form: F): Promise<HttpResponse> {
    const saved = await form.saveIfValid();
    return saved === undefined ? this.formInvalid(form) : this.success(form);
  }

  /** `successUrl`, or what the row says of itself by a method `absoluteUrl()`. */
  protected override successUrlOf(form: F): string {
    const { absoluteUrl } = form.instance as { readonly absoluteUrl?: () => string };
    if (this.successUrl !== undefined || typeof absoluteUrl !== "function") return super.successUrlOf(form);
    return absoluteUrl.call(form.instance);
  }

  protected override async page(
    context: { readonly form?: F } = {},
    options?: { readonly status: number },
  ): Promise<HttpResponse> {
    const object = context.form?.instance;
    const isThere = (object as { readonly isSaved?: boolean } | undefined)?.isSaved === true;
    return super.page({ ...context, ...(isThere && { object, [this.objectName]: object }) }, options);
  }
}

/**
 * Makes a row: `chat/room_form.liquid` with `form`.
 *
 * ```ts
 * class NewRoom extends CreateView<Room> {
 *   model = Room;
 *   override fields = ["title", "topic"] as const;
 *   override successUrl = "/rooms/";
 *   override instance() { return new Room({ owner: this.user }); }
 * }
 * ```
 */
export abstract class CreateView<
  T extends object,
  Params = RouteParams,
  F extends ModelForm<T> = ModelForm<T>,
> extends EditView<T, Params, F> {
  /** The new row, with the values that the form does not ask for. */
  protected instance(): T | Promise<T> {
    return new (this.model as unknown as new () => T)();
  }
}

/** Changes a row, which the path names by `pk` or `slug`: `chat/room_form.liquid` with `form`, `room` and `object`. */
export abstract class UpdateView<
  T extends object,
  Params = RouteParams,
  F extends ModelForm<T> = ModelForm<T>,
> extends EditView<T, Params, F> {
  /** As of `DetailView`. */
  readonly pkParam: string = "pk";
  readonly slugParam: string = "slug";
  readonly slugField: string = "slug";

  /** Finds the row: override it where the path tells it in another way. Rejects with `NotFound`. */
  protected instance(): T | Promise<T> {
    return findObject(this.constructor.name, this.queryset(), this.params, this);
  }
}
