import { f, installModels, meta, Model, ModelBase, modelOptions, UnknownField, ValidationError } from "hotclub/orm";
import { describe, expect, test } from "vitest";

class Label extends Model {
  name = f.char({ maxLength: 40, unique: true });
  records = f.reverse(() => LongPlay, "label");
  static meta = meta({ verboseName: "record label" });
}
class Player extends Model {
  name = f.char({ maxLength: 40 });
  records = f.reverse(() => LongPlay, "players");
}
let moods = ["calm"];
class LongPlay extends Model {
  title = f.char({ maxLength: 80, verboseName: "name", helpText: "As on the sleeve." });
  slug = f.slug();
  label = f.foreignKey(() => Label, {
    null: true,
    blank: true,
    onDelete: "setNull",
    limitChoicesTo: () => ({ name__gt: "a" }),
  });
  players = f.manyToMany(() => Player, { blank: true, helpText: "Who plays." });
  medium = f.char({
    maxLength: 10,
    choices: [
      [
        "Round",
        [
          ["lp", "Long play"],
          ["cd", "Compact disc"],
        ],
      ],
      ["Other", [["tape", "Tape"]]],
    ],
    default: "lp",
  });
  mood = f.char({ maxLength: 10, default: "calm", choices: () => moods });
  minutes = f.positiveSmallInt({ max: 600 });
  price = f.decimal({ maxDigits: 6, decimalPlaces: 2, default: "9.99" });
  cover = f.image({ uploadTo: "covers", blank: true, default: "" });
  tags = f.array(f.char({ maxLength: 20 }), { size: 5, default: () => [] });
  changedAt = f.dateTime({ autoNow: true });
  isSecret = f.bool({ default: false, editable: false });
  static meta = meta({ ordering: ["title"], permissions: { press_record: "Can press records" } });
}
class Track extends ModelBase {
  key = f.compositeKey("record", "position");
  record = f.foreignKey(() => LongPlay, { onDelete: "cascade" });
  position = f.int();
}

describe("what a model says about itself", () => {
  const options = modelOptions(LongPlay);

  test("names, order and permissions have their defaults", () => {
    installModels([{ name: "shop", models: [LongPlay, Label, Player] }]);
    expect(options).toMatchObject({
      name: "LongPlay",
      appName: "shop",
      label: "shop.LongPlay",
      table: "shop_long_play",
      verboseName: "long play",
      verboseNamePlural: "long plays",
      ordering: ["title"],
      isManaged: true,
      isProxy: false,
    });
    expect(options.permissions).toEqual({
      add_longplay: "Can add long play",
      change_longplay: "Can change long play",
      delete_longplay: "Can delete long play",
      view_longplay: "Can view long play",
      press_record: "Can press records",
    });
    expect(modelOptions(Label)).toMatchObject({ verboseName: "record label", verboseNamePlural: "record labels" });
    expect(modelOptions(LongPlay)).toBe(options);
  });

  test("fields come in the order of the class, many to many last", () => {
    const names = "id title slug label medium mood minutes price cover tags changedAt isSecret players";
    expect(options.fields.map(({ name }) => name).join(" ")).toBe(names);
    expect(options.fields.filter(({ editable }) => !editable).map(({ name }) => name)).toEqual([
      "id",
      "changedAt",
      "isSecret",
    ]);
  });

  test("each field has what forms and the admin ask it for", () => {
    expect(options.field("title")).toMatchObject({
      type: "char",
      column: "title",
      verboseName: "name",
      helpText: "As on the sleeve.",
      null: false,
      blank: false,
      editable: true,
      unique: false,
      hasDefault: false,
      maxLength: 80,
    });
    expect(options.field("slug").maxLength).toBe(50);
    expect(options.field("changedAt")).toMatchObject({ verboseName: "changed at", hasDefault: true });
    expect(options.field("minutes")).toMatchObject({ min: 0, max: 600 });
    expect(options.field("price")).toMatchObject({ maxDigits: 6, decimalPlaces: 2, default: "9.99" });
    expect(options.field("cover")).toMatchObject({ type: "image", maxLength: 100, options: { uploadTo: "covers" } });
    expect(options.field("tags")).toMatchObject({ maxLength: 5, default: [], item: { type: "char", maxLength: 20 } });
    expect(options.field("pk")).toBe(options.field("id"));
    expect(() => options.field("tilte")).toThrow(UnknownField);
    expect(options.has("tilte")).toBe(false);
  });

  test("relations name their models, and reverse sides their fields", () => {
    expect(options.field("label").relation).toMatchObject({
      kind: "foreignKey",
      model: Label,
      toField: "id",
      limitChoicesTo: { name__gt: "a" },
      onDelete: "setNull",
    });
    expect(options.field("players")).toMatchObject({ type: "manyToMany", blank: true, helpText: "Who plays." });
    expect(options.field("players").relation).toMatchObject({ kind: "manyToMany", model: Player, through: undefined });
    expect(modelOptions(Label).reverses).toEqual([{ name: "records", model: LongPlay, field: "label", isMany: true }]);
    expect(modelOptions(Player).reverses).toEqual([
      { name: "records", model: LongPlay, field: undefined, isMany: true },
    ]);
    expect(modelOptions(Track).keyFields.map(({ name }) => name)).toEqual(["record", "position"]);
  });

  test("choices come with labels and groups, and a function gives them anew", () => {
    expect(options.field("medium").choices).toEqual([
      { value: "lp", label: "Long play", group: "Round" },
      { value: "cd", label: "Compact disc", group: "Round" },
      { value: "tape", label: "Tape", group: "Other" },
    ]);
    const { clean } = options.field("mood");
    expect(() => clean("wild")).toThrow(ValidationError);
    moods = ["calm", "wild"];
    expect(clean("wild")).toBe("wild");
    expect(options.field("mood").choices).toEqual([
      { value: "calm", label: "calm" },
      { value: "wild", label: "wild" },
    ]);
  });

  test("a field reads its value in an instance, and cleans what people typed", () => {
    const record = new LongPlay({ title: "Nuages", slug: "nuages", minutes: 40, label: 7, medium: "cd" });
    expect(options.field("title").valueIn(record)).toBe("Nuages");
    expect(options.field("label").valueIn(record)).toBe(7);
    expect(record.display("medium")).toBe("Compact disc");
    expect(options.field("minutes").clean("41")).toBe(41);
    const wrong = (): unknown => options.field("minutes").clean("many");
    expect(wrong).toThrow(ValidationError);
    expect(wrong).toThrow(/minutes/);
  });

  test("links to composite keys are refused with what to do instead", () => {
    class Playing extends Model {
      tracks = f.manyToMany(() => Track);
    }
    expect(() => modelOptions(Playing).fields).toThrow(/Track has a composite key; make the links a model of your own/);
  });
});
