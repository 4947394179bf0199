import { everything } from "../everything.js";

export default everything(process.env["STEPWISE"] !== "1");
