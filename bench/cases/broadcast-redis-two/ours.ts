import { serveTogether } from "../../load/serve-together.js";

const one = new URL("../broadcast-redis/ours.js", import.meta.url);
await serveTogether([one, one]);
