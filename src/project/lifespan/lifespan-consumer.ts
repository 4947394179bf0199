import { Consumer, failed } from "../../consumers/index.js";
import type { LifespanScope, Message } from "../../core/index.js";

/**
 * Lives as long as the process: opens what an app needs before the first request, and gives it up after the last.
 *
 * ```ts
 * class Prices extends LifespanConsumer {
 *   override async startup() { this.scope.state["prices"] = await PriceFeed.open(); }
 *   override shutdown() { return (this.scope.state["prices"] as PriceFeed).close(); }
 * }
 * ```
 *
 * What is put into `scope.state` is in the `state` of every later request and socket.
 */
export abstract class LifespanConsumer extends Consumer<LifespanScope> {
  /** Before the first connection is accepted. What it throws stops the start. */
  startup(): unknown {
    return undefined;
  }

  /** After the last connection has ended. What it throws is logged. */
  shutdown(): unknown {
    return undefined;
  }

  async "lifespan.startup"(): Promise<void> {
    await this.startup();
    await this.send({ type: "lifespan.startup.complete" });
  }

  async "lifespan.shutdown"(): Promise<void> {
    this.announceEnd();
    await this.shutdown();
    await this.releaseChannel();
    await this.send({ type: "lifespan.shutdown.complete" });
  }

  override async [failed](error: Error, message: Message): Promise<void> {
    if (message.type !== "lifespan.startup" && message.type !== "lifespan.shutdown") {
      this.log.error({ err: error, type: message.type }, "a lifespan consumer failed");
      return;
    }
    await this.releaseChannel();
    await this.send({ type: `${message.type}.failed`, message: error.message, error });
  }
}
