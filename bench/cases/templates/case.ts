import type { BenchCase } from "../../case.js";
import { loadRow } from "../../load/rows.js";
import { comparable } from "./page.js";

let expected: string | undefined;

/** A page of 100 rows with a layout, rendered again and again. */
export const templates: BenchCase = {
  name: "templates",
  title: "a page of 100 rows with a layout, escaped; bare is LiquidJS",
  unit: "pages per CPU second",
  servers: ["ours", "bare", "nunjucks", "edge"],
  async check(port, server) {
    const answer = await fetch(`http://127.0.0.1:${port}/`);
    const page = await answer.text();
    if (!answer.ok) throw new Error(`${server}: ${page}`);
    expected ??= comparable(page);
    if (comparable(page) !== expected) throw new Error(`${server} gives another page:\n${page}`);
  },
  load: (port, seconds) => loadRow(port, "render", seconds),
};
