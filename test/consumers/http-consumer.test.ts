import { describeHttpConsumers } from "../contracts/http-consumer.contract.js";

describeHttpConsumers();
