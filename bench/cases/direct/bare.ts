import { serveTogether } from "../../load/serve-together.js";

const one = new URL("./bare-process.js", import.meta.url);
await serveTogether([one, one]);
