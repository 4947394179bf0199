import type { SafeString } from "../../templates/index.js";
import type { SubmittedData } from "../submitted-data.js";
import { type Attributes, attributesHtml } from "./attributes-html.js";
import { valueText } from "../value-text.js";

/** One choice as a widget shows it. */
export interface ShownChoice {
  /** As it stands in the form. */
  readonly value: string;
  readonly label: string;
  readonly group?: string | undefined;
  readonly isDisabled?: boolean;
}

/** What a widget is shown with. */
export interface WidgetUse {
  /** The name that its value is sent under. */
  readonly name: string;
  readonly id: string | undefined;
  /** What was sent, or the initial value. */
  readonly value: unknown;
  /** Whether `value` is what was sent, rather than a value of the field. */
  readonly isSent: boolean;
  readonly isRequired: boolean;
  /** Attributes that follow from the field and its errors; those of the widget itself go first. */
  readonly attributes: Attributes;
  /** What the field is called. */
  readonly label: string;
  /** What can be chosen. */
  readonly choices: () => Promise<readonly ShownChoice[]>;
}

/** How a field is shown in HTML, and how its value is found in what comes back. */
export abstract class Widget {
  /** Attributes of its element. */
  readonly attributes: Attributes;
  /** Its template gets `widget`: what `context` gives. */
  abstract readonly template: string;
  /** Whether nobody sees it. */
  get isHidden(): boolean {
    return false;
  }
  /** Whether it sends files. */
  get isMultipart(): boolean {
    return false;
  }

  /** Whether it consists of several elements, so that its label is the legend of a group. */
  get isGroup(): boolean {
    return false;
  }

  constructor(attributes: Attributes = {}) {
    this.attributes = attributes;
  }

  /** What was sent for it: text, a list of texts, a file; `undefined` for nothing. */
  rawValue(data: SubmittedData, name: string): unknown {
    return data.get(name) ?? undefined;
  }

  /** Whether `data` says nothing about it: an empty text says something. */
  isOmitted(data: SubmittedData, name: string): boolean {
    return !data.has(name);
  }

  /** A value of the field as the text of the element; `undefined` for none. */
  format(value: unknown): unknown {
    return value === undefined || value === null ? undefined : valueText(value);
  }

  /** The `id` of the element that a label is for. */
  idForLabel(id: string): string {
    return id;
  }

  /** Whether the browser may insist on a value. */
  usesRequired(_value: unknown): boolean {
    return !this.isHidden;
  }

  /** What the template gets as `widget`. */
  context(use: WidgetUse): object | Promise<object> {
    return this.base(use);
  }

  protected base({ name, id, value, isSent, attributes }: WidgetUse): WidgetContext {
    const shown = isSent ? value : this.format(value);
    const all = { ...attributes, ...this.attributes };
    return { name, id, value: shown, attributes: attributesHtml(id === undefined ? all : { id, ...all }) };
  }
}

/** What the templates of all widgets get. */
export interface WidgetContext {
  readonly name: string;
  readonly id: string | undefined;
  readonly value: unknown;
  readonly attributes: SafeString;
}
