import { serveTogether } from "../../load/two-processes.js";

const one = new URL("../broadcast-redis/bare.js", import.meta.url);
await serveTogether([one, one]);
