import { uwsServer } from "../../src/protocol/uws/uws-server.js";
import { describeProtocolServer } from "../contracts/protocol-server.contract.js";
import { uwsSkips } from "./uws-skips.js";

describeProtocolServer(uwsServer, { skip: uwsSkips });
