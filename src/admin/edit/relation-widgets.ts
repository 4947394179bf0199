import { Input, Select, SelectMultiple, type ShownChoice, type WidgetUse } from "../../forms/index.js";

/** What a list asks the server with. */
interface Options {
  /** Where its rows come from as somebody types. */
  readonly url: string;
}

/** A list of rows that is searched by typing, where scripts run; elsewhere one of the first rows. */
export class SearchSelect extends Select {
  constructor({ url }: Options) {
    super({ "data-options": url });
  }

  override context(use: WidgetUse): Promise<object> {
    return super.context(withoutNotice(use));
  }
}

/** The same, for any number of rows. */
export class SearchSelectMultiple extends SelectMultiple {
  constructor({ url }: Options) {
    super({ "data-options": url });
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
