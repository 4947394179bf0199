import { describeWebSocketConsumers } from "../contracts/websocket-consumer.contract.js";

describeWebSocketConsumers();
