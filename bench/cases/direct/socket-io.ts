import { serveTogether } from "../../load/serve-together.js";

const one = new URL("./socket-io-process.js", import.meta.url);
await serveTogether([one, one]);
