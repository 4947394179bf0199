import { nodeServer } from "../../src/protocol/node/node-server.js";
import { describeHttpExchanges } from "../contracts/http-exchange.contract.js";

describeHttpExchanges(nodeServer);
