import type { LifespanScope } from "../../core/index.js";
import type { LifespanConsumer } from "./lifespan-consumer.js";

/** What an app does when the process starts and stops. */
export interface LifespanHooks {
  /** Before the first connection is accepted and the first task is taken. What it throws stops the start. */
  readonly startup?: (scope: LifespanScope) => unknown;
  /** After the last connection and the last task have ended. What it throws is logged. */
  readonly shutdown?: (scope: LifespanScope) => unknown;
}

/** A class of consumers of `lifespan.startup` and `lifespan.shutdown`. */
export type LifespanConsumerClass = new (
  ...context: ConstructorParameters<typeof LifespanConsumer>
) => LifespanConsumer;

/** Two functions, or a consumer where there is more to it: groups, timers, an own channel. */
export type Lifespan = LifespanHooks | LifespanConsumerClass;
