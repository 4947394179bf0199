import { serveDjango } from "../../load/serve-django.js";

await serveDjango("daphne");
