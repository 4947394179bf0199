/** The source of an app of `models` models and `queries` queries, to see what the compiler pays for them. */
export function generatedApp(models: number, queries: number): string {
  const lines = ['import { Count, F, f, Model, Q } from "hotclub/orm";'];
  for (let index = 0; index < models; index++) {
    const target = (factor: number, more: number): string => `M${(index * factor + more) % models}`;
    lines.push(
      `export class M${index} extends Model {`,
      ...[0, 1, 2, 3, 4, 5].map((n) => `  text${n} = f.char({ maxLength: 40 });`),
      ...[0, 1, 2].map((n) => `  number${n} = f.int({ default: 0 });`),
      "  at = f.dateTime({ autoNowAdd: true });",
      "  note = f.text({ null: true });",
      `  first = f.foreignKey(() => ${target(7, 1)}, { onDelete: "cascade" });`,
      `  second = f.foreignKey(() => ${target(7, 14)}, { null: true, onDelete: "setNull" });`,
      `  tags = f.manyToMany(() => ${target(3, 5)});`,
      `  back = f.reverse(() => M${backOf(index, models)}, "first");`,
      "}",
    );
  }
  for (let index = 0; index < queries; index++) {
    const model = `M${index % models}`;
    lines.push(
      `export async function query${index}(): Promise<void> {`,
      ...(forms[index % forms.length] ?? forms[0])(model, index),
      "}",
    );
  }
  return `${lines.join("\n")}\n`;
}

/** The model whose `first` leads to the model with this index. */
function backOf(index: number, models: number): number {
  for (let other = 0; other < models; other++) if ((other * 7 + 1) % models === index) return other;
  return index;
}

type Form = (model: string, index: number) => readonly string[];

const forms: readonly [Form, ...Form[]] = [
  (model, index) => [
    `  const rows = await ${model}.filter({ text0__icontains: "a", first__text${index % 6}__startswith: "b", second__first__number${index % 3}__gte: 3, back__tags__at__year: 2026 })`,
    '    .annotate({ n: Count("tags") }).filter({ n__gt: 2 }).selectRelated("first").orderBy("-text1").values("text1", "first__text2", "n");',
    "  const [row] = rows;",
    "  void (row === undefined ? 0 : row.first__text2.length + row.n);",
  ],
  (model, index) => [
    `  const row = await ${model}.get({ pk: ${index}, text3: "x" });`,
    '  row.assign({ text0: "y", number1: F<number>("number0").plus(1) });',
    '  await row.save({ updateFields: ["text0"] });',
    "  void (await row.first).text5;",
  ],
  (model) => [
    `  const made = await ${model}.create({ text0: "a", text1: "b", text2: "c", text3: "d", text4: "e", text5: "f", first: 1 });`,
    "  await made.tags.add([1, 2]);",
    '  void (await made.back.filter({ text0__in: ["a"], first__note__isnull: true }).count());',
  ],
  (model) => [
    `  const set = ${model}.filter(Q({ text0: "a" }).or(Q({ number0__lt: 3 }))).exclude({ second__isnull: true });`,
    "  await set.update({ note: null, number2: 4 });",
    '  void (await set.only("text0", "number1").slice(0, 10))[0]?.number1;',
  ],
];

/** The source of as many routes of the models of such an app, each with a consumer that reads and answers. */
export function generatedRoutes(models: number, routes: number): string {
  const lines = ['import { createApplication, http, HttpConsumer } from "hotclub/consumers";'];
  const table: string[] = [];
  for (let index = 0; index < routes; index++) {
    const model = `M${index % models}`;
    lines.push(
      `class Page${index} extends HttpConsumer<{ pk: string; text: string }> {`,
      "  async get() {",
      "    const { pk, text } = this.params;",
      `    const row = await ${model}.get({ pk: Number(pk), first__text0: text });`,
      `    const rows = await ${model}.filter({ first: row, number0__gte: 3 }).orderBy("-at").values("text1", "first__text2");`,
      "    return this.json({ text: row.text0, at: row.at, rows });",
      "  }",
      "}",
    );
    table.push(`  http("/page-${index}/:pk/:text/", Page${index}, { name: "page-${index}" }),`);
  }
  return [...lines, "export const application = createApplication({ routes: [", ...table, "] });", ""].join("\n");
}
