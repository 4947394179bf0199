import { serveTogether } from "../../load/two-processes.js";

const one = new URL("./socket-io-process.js", import.meta.url);
await serveTogether([one, one]);
