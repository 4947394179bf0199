import { uwsServer } from "../../src/protocol/uws/uws-server.js";
import { describeProtocolServerTimeouts } from "../contracts/protocol-server.contract.js";

describeProtocolServerTimeouts(uwsServer);
