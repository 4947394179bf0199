import { serveTogether } from "../../load/two-processes.js";

const one = new URL("../broadcast-redis/ours.js", import.meta.url);
await serveTogether([one, one]);
