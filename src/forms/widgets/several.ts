import type { SubmittedData } from "../submitted-data.js";
import { attributesHtml } from "./attributes-html.js";
import { Widget, type WidgetUse } from "./widget.js";

/** Any number of hidden inputs of one name. */
export class MultipleHidden extends Widget {
  readonly template = "forms/widgets/multiple-hidden.liquid";

  override get isHidden(): boolean {
    return true;
  }

  override rawValue(data: SubmittedData, name: string): readonly string[] {
    return data.getAll(name);
  }

  override context({ name, value }: WidgetUse): object {
    const values = Array.isArray(value) ? (value as readonly unknown[]) : [];
    return { name, values: values.map(String) };
  }
}

/** A date and a time of day, each in an input of its own. */
export class SplitDateTime extends Widget {
  readonly template = "forms/widgets/split-date-time.liquid";

  override get isGroup(): boolean {
    return true;
  }

  override idForLabel(id: string): string {
    return `${id}_date`;
  }

  override rawValue(data: SubmittedData, name: string): readonly [string, string] {
    return [data.get(`${name}_date`) ?? "", data.get(`${name}_time`) ?? ""];
  }

  override isOmitted(data: SubmittedData, name: string): boolean {
    return !data.has(`${name}_date`) && !data.has(`${name}_time`);
  }

  override context({ name, id, value, attributes }: WidgetUse): object {
    const [date, time] = Array.isArray(value) ? (value as readonly unknown[]) : [];
    const { autofocus, ...rest } = { ...attributes, ...this.attributes };
    const part = (which: string, type: string, shown: unknown, isFirst: boolean): object => ({
      name: `${name}_${which}`,
      type,
      value: shown,
      label: which === "date" ? "Date" : "Time",
      attributes: attributesHtml({
        ...(id !== undefined && { id: `${id}_${which}` }),
        ...rest,
        ...(isFirst && { autofocus }),
        ...(typeof shown === "string" && /:\d{2}:\d{2}/.test(shown) && { step: "any" }),
      }),
      id: id === undefined ? undefined : `${id}_${which}`,
    });
    return { name, id, parts: [part("date", "date", date, true), part("time", "time", time, false)] };
  }
}
