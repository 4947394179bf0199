import { runRemotely } from "../contracts/consumer-place.js";
import { describeHttpConsumers } from "../contracts/http-consumer.contract.js";

runRemotely();
describeHttpConsumers();
