/** The process that serves the project while it is measured. */
import { serve } from "../../project/index.js";
import { loadProject } from "../load-project.js";
import { loadEnvironment } from "../process.js";
import { obey } from "./obey.js";

/** What the server is told. */
export interface ServeOrder {
  readonly do: "serve";
  /** The file of the project. */
  readonly file: string;
}

loadEnvironment();
obey(async (order) => {
  const { file } = order as ServeOrder;
  const { port } = await serve(await loadProject(file), { host: "127.0.0.1", port: 0 });
  return port;
});
