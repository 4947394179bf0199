import { serveTogether } from "../../load/serve-together.js";

const one = new URL("../broadcast-redis/socket-io.js", import.meta.url);
await serveTogether([one, one]);
