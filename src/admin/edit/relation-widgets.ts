import { Input, Select, SelectMultiple, type ShownChoice, type WidgetUse } from "../../forms/index.js";
import type { RelationLinks } from "./relation-links.js";

/** What a list asks the server with. */
interface Options {
  /** Where its rows come from as somebody types. */
  readonly url: string;
  /** Where its rows are made and changed. */
  readonly links?: RelationLinks | undefined;
}

/** What the scripts go by; without them there is only the list. */
function dataOf({ url, links }: Options): Readonly<Record<string, string>> {
  return {
    "data-options": url,
    ...(links?.addUrl !== undefined && { "data-add": links.addUrl }),
    ...(links?.changeUrl !== undefined && { "data-change": links.changeUrl }),
    ...(links !== undefined && { "data-what": links.what }),
  };
}

/** A list of rows that is searched by typing, where scripts run; elsewhere one of the first rows. */
export class SearchSelect extends Select {
  constructor(options: Options) {
    super(dataOf(options));
  }

  override context(use: WidgetUse): Promise<object> {
    return super.context(withoutNotice(use));
  }
}

/** The same, for any number of rows. */
export class SearchSelectMultiple extends SelectMultiple {
  constructor(options: Options) {
    super(dataOf(options));
  }

  override context(use: WidgetUse): Promise<object> {
    return super.context(withoutNotice(use));
  }
}

/** Who can search needs not to be told that the list is not the whole. */
function withoutNotice(use: WidgetUse): WidgetUse {
  const choices = async (): Promise<readonly ShownChoice[]> =>
    (await use.choices()).filter(({ isDisabled }) => isDisabled !== true);
  return { ...use, choices };
}

/** The key of a row, to be typed. */
export class KeyInput extends Input {
  constructor() {
    super("text", { autocomplete: "off", spellcheck: "false" });
  }
}
