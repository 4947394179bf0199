import { nodeServer } from "../../src/protocol/node/node-server.js";
import { describeProtocolServer } from "../contracts/protocol-server.contract.js";
import { nodeSkips } from "./node-skips.js";

describeProtocolServer(nodeServer, { skip: nodeSkips });
