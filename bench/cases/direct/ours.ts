import { serveTogether } from "../../load/two-processes.js";

const one = new URL("./ours-process.js", import.meta.url);
await serveTogether([one, one]);
