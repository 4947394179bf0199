import { serveTogether } from "../../load/serve-together.js";

await serveTogether(["./web-process.js", "./worker-process.js"].map((file) => new URL(file, import.meta.url)));
