import { serveDjango } from "../../load/serve-django.js";
import { room } from "./room.js";

await serveDjango("uvicorn", { BENCH_ROOM: JSON.stringify(room()) });
