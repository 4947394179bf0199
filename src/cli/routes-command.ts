import { Command, Option } from "commander";

import { describeRoutes, middlewareName, type RouteDescription } from "../consumers/index.js";
import { siteMiddleware } from "../project/index.js";
import { findProjectFile, loadProject } from "./load-project.js";
import { type ProjectOptions, withProjectOption } from "./options.js";

interface RoutesOptions extends ProjectOptions {
  readonly json?: boolean;
}

/** `hotclub routes` */
export function routesCommand(): Command {
  return withProjectOption(new Command("routes"))
    .description("List the project's routes: what each answers, its name and its consumer.")
    .addOption(new Option("--json", "print them as JSON"))
    .action(async ({ project, json }: RoutesOptions) => {
      const loaded = await loadProject(findProjectFile(project));
      const routes = describeRoutes([...loaded.apps].flatMap((app) => app.routes ?? []));
      if (json === true) {
        process.stdout.write(`${JSON.stringify(routes, null, 2)}\n`);
        return;
      }
      const around = siteMiddleware(loaded).list.map(middlewareName).join(", ");
      process.stdout.write(`${table(routes)}\nAround all of them, the first outermost: ${around}\n`);
    });
}

const columns: readonly { readonly title: string; readonly cell: (route: RouteDescription) => string }[] = [
  { title: "METHODS", cell: ({ kind, methods }) => (kind === "http" ? methods.join(" ") : kind.toUpperCase()) },
  { title: "HOST", cell: ({ host }) => host ?? "" },
  { title: "PATH", cell: ({ path }) => path },
  { title: "NAME", cell: ({ name }) => name ?? "" },
  { title: "CONSUMER", cell: ({ consumer }) => consumer },
  { title: "MIDDLEWARE", cell: ({ middleware }) => middleware.join(" ") },
  { title: "EXEMPT FROM", cell: ({ exempt }) => exempt.join(" ") },
];

/** A line for each route; columns without any entry are left out. */
function table(routes: readonly RouteDescription[]): string {
  const shown = columns
    .map(({ title, cell }) => ({ title, cells: routes.map(cell) }))
    .filter(({ cells }, index) => index === 0 || cells.some((text) => text !== ""));
  const widths = shown.map(({ title, cells }) => Math.max(title.length, ...cells.map((text) => text.length)));
  const line = (texts: readonly string[]) =>
    `${texts
      .map((text, index) => text.padEnd(widths[index] ?? 0))
      .join("  ")
      .trimEnd()}\n`;
  const rows = routes.map((_, row) => line(shown.map(({ cells }) => cells[row] ?? "")));
  return [line(shown.map(({ title }) => title)), ...rows].join("");
}
