import { uwsServer } from "../../src/protocol/uws/uws-server.js";
import { describeHttpExchanges } from "../contracts/http-exchange.contract.js";

describeHttpExchanges(uwsServer);
