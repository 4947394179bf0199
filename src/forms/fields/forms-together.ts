/** A field whose choices are rows, as forms that are shown together see it. */
export interface RowsField {
  /** Tells which rows it offers: fields with the same one offer the same. */
  readonly rowsKey: string;
  /** The keys of the rows that it shows as chosen, in one spelling. */
  chosenKeys(): Promise<readonly string[]>;
  /** The rows with these keys, by their keys, as far as it offers them. */
  loadChosen(keys: readonly string[]): Promise<ReadonlyMap<string, object>>;
}

/** As much of a form as is asked here. */
export interface FormTogether {
  field(name: string): unknown;
}

interface Chosen {
  readonly keys: Set<string>;
  readonly field: RowsField;
  rows?: Promise<ReadonlyMap<string, object>>;
}

/** How many keys one query asks for. */
const keysAtOnce = 1000;

/**
 * The forms of one page that ask for the same rows: what their fields offer, and what is chosen in them, is asked of the
 * database once and not form by form. Form sets have one of their own; give it to forms that you make by yourself.
 */
export class FormsTogether {
  readonly #forms: () => Iterable<FormTogether>;
  readonly #lists = new Map<string, Promise<readonly object[]>>();
  readonly #chosen = new Map<string, Promise<ReadonlyMap<string, Chosen>>>();

  /** `forms` gives all of them; it is called when rows are first asked for. */
  constructor(forms: () => Iterable<FormTogether>) {
    this.#forms = forms;
  }

  /** What `load` gives, asked for once for all fields that offer the same rows. */
  list(key: string, load: () => PromiseLike<readonly object[]>): Promise<readonly object[]> {
    let list = this.#lists.get(key);
    if (list === undefined) {
      list = Promise.resolve(load());
      this.#lists.set(key, list);
      list.catch(() => this.#lists.delete(key));
    }
    return list;
  }

  /** The rows that are chosen in the fields called `name`; of `field` alone where `keys` are not among them. */
  async chosen(name: string, field: RowsField, keys: readonly string[]): Promise<ReadonlyMap<string, object>> {
    let groups = this.#chosen.get(name);
    if (groups === undefined) this.#chosen.set(name, (groups = this.#gather(name)));
    const group = (await groups).get(field.rowsKey);
    if (group === undefined || !keys.every((key) => group.keys.has(key))) return field.loadChosen(keys);
    if (group.rows === undefined) {
      group.rows = load(group);
      group.rows.catch(() => delete group.rows);
    }
    return group.rows;
  }

  async #gather(name: string): Promise<ReadonlyMap<string, Chosen>> {
    const groups = new Map<string, Chosen>();
    for (const form of this.#forms()) {
      const field = form.field(name);
      if (!isRowsField(field)) continue;
      const { rowsKey } = field;
      let group = groups.get(rowsKey);
      if (group === undefined) groups.set(rowsKey, (group = { keys: new Set(), field }));
      for (const key of await field.chosenKeys()) group.keys.add(key);
    }
    return groups;
  }
}

async function load({ keys, field }: Chosen): Promise<ReadonlyMap<string, object>> {
  const all = [...keys];
  const found = new Map<string, object>();
  for (let from = 0; from < all.length; from += keysAtOnce) {
    for (const [key, row] of await field.loadChosen(all.slice(from, from + keysAtOnce))) found.set(key, row);
  }
  return found;
}

function isRowsField(field: unknown): field is RowsField {
  return typeof field === "object" && field !== null && "rowsKey" in field;
}
