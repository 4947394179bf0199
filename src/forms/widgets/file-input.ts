import type { SubmittedData } from "../submitted-data.js";
import { attributesHtml } from "./attributes-html.js";
import { Widget, type WidgetUse } from "./widget.js";

/** What a field for files is sent: a file, the wish to remove the one that is there, both, or nothing. */
export interface SentFile {
  readonly file: unknown;
  readonly isCleared: boolean;
}

/** A choice of a file; with the name of the one that is there, and a box to remove it where the field may be empty. */
export class FileInput extends Widget {
  readonly template = "forms/widgets/file.liquid";

  override get isMultipart(): boolean {
    return true;
  }

  override rawValue(data: SubmittedData, name: string): SentFile {
    const cleared = data.get(`${name}-clear`);
    return { file: data.file?.(name), isCleared: cleared !== undefined && cleared !== null && cleared !== "" };
  }

  override isOmitted(data: SubmittedData, name: string): boolean {
    return data.file?.(name) === undefined && !data.has(`${name}-clear`);
  }

  /** A file that is there already need not be sent again. */
  override usesRequired(value: unknown): boolean {
    return value === undefined || value === null || value === "";
  }

  override context(use: WidgetUse): object {
    const { name, id, value, isRequired, attributes, label } = use;
    const current = nameOf(value);
    const { "aria-describedby": described, ...rest } = { ...attributes, ...this.attributes };
    const describedBy = [described, current === undefined || id === undefined ? undefined : `${id}-current`]
      .filter((part) => part !== undefined)
      .join(" ");
    return {
      name,
      id,
      label,
      current,
      url: urlOf(value),
      canClear: current !== undefined && !isRequired && attributes["disabled"] !== true,
      clearName: `${name}-clear`,
      clearId: id === undefined ? undefined : `${id}-clear`,
      attributes: attributesHtml({
        ...(id !== undefined && { id }),
        ...rest,
        ...(describedBy !== "" && { "aria-describedby": describedBy }),
      }),
    };
  }
}

function nameOf(value: unknown): string | undefined {
  if (typeof value === "string") return value === "" ? undefined : value;
  if (typeof value !== "object" || value === null) return undefined;
  const { name } = value as { readonly name?: unknown };
  return typeof name === "string" && name !== "" ? name : undefined;
}

/** Where a stored file can be seen, if it says so; only where that is a URL of the web. */
function urlOf(value: unknown): string | undefined {
  const { url } = (typeof value === "object" && value !== null ? value : {}) as { readonly url?: unknown };
  return typeof url === "string" && /^(?:https?:|\/)/i.test(url) ? url : undefined;
}
