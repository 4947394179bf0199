import { describeOrm } from "../contracts/orm.contract.js";
import { engines } from "./engines.js";

for (const engine of engines) describeOrm(engine);
