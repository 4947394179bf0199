import { serveTogether } from "../../load/serve-together.js";

await serveTogether([new URL("./inline-process.js", import.meta.url)]);
