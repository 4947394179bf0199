import { runRemotely } from "../contracts/consumer-place.js";
import { describeWebSocketConsumers } from "../contracts/websocket-consumer.contract.js";

runRemotely();
describeWebSocketConsumers();
