import { nodeServer } from "../../src/protocol/node/node-server.js";
import { describeProtocolServerTimeouts } from "../contracts/protocol-server.contract.js";

describeProtocolServerTimeouts(nodeServer);
