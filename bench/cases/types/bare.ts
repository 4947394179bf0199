import { offerCompiles } from "../../load/compile.js";
import { models, routes } from "./size.js";

/** What somebody writes by hand: a type for each row, and functions that trust the driver. */
const rows = Array.from({ length: models }, (_, index) => [
  `export interface M${index} {`,
  "  id: number;",
  ...[0, 1, 2, 3, 4, 5].map((n) => `  text${n}: string;`),
  ...[0, 1, 2].map((n) => `  number${n}: number;`),
  "  at: Date;",
  "  note: string | null;",
  "  firstId: number;",
  "  secondId: number | null;",
  "}",
]);
const pages = Array.from({ length: routes }, (_, index) => [
  `app.get("/page-${index}/*", (response) => {`,
  `  void sql<(M${index % models} & { of: string })[]>\`SELECT * FROM m${index % models}\`.then(([row]) => {`,
  "    response.end(JSON.stringify({ text: row?.text0, at: row?.at, of: row?.of }));",
  "  });",
  "});",
]);
const names = Array.from({ length: models }, (_, index) => `M${index}`).join(", ");
offerCompiles({
  "models.ts": `${rows.flat().join("\n")}\n`,
  "routes.ts": [
    'import postgres from "postgres";',
    'import { App } from "uWebSockets.js";',
    `import type { ${names} } from "./models.js";`,
    "const sql = postgres();",
    "const app = App();",
    ...pages.flat(),
    "",
  ].join("\n"),
});
