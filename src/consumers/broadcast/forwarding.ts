import { forwardedTypes } from "./forward.js";

/** What a consumer does with the messages of its groups. */
export interface Forwarding {
  /** The types that it only passes on. */
  readonly types: ReadonlySet<string>;
  /** Whether it handles others as well. */
  readonly hasOthers: boolean;
  /** Whether it wants to hear `layer.disconnected` and `layer.restored`. */
  readonly tellsState: boolean;
}

const known = new WeakMap<object, Forwarding>();

/** Worked out once for each class; `handled` are all types that the layer may deliver to it. */
export function forwardingOf(consumer: object, handled: ReadonlySet<string>): Forwarding {
  let forwarding = known.get(consumer.constructor);
  if (forwarding === undefined) {
    const types = forwardedTypes(consumer);
    forwarding = {
      types,
      // What the layer itself has to tell comes over the consumer's own channel.
      hasOthers: [...handled].some((type) => !types.has(type) && !/^(?:layer|presence)\./.test(type)),
      tellsState: handled.has("layer.disconnected") || handled.has("layer.restored"),
    };
    known.set(consumer.constructor, forwarding);
  }
  return forwarding;
}
