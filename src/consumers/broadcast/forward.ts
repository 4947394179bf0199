/** What `forward` needs of a consumer. */
interface JsonSender {
  sendJson(value: unknown): void | Promise<void>;
}

/** One function for all consumers, so that it can be told from any other handler. */
function passOn(this: JsonSender, message: object): void | Promise<void> {
  return this.sendJson(message);
}

/**
 * A handler that does nothing but pass a group's message on to the client:
 *
 * ```ts
 * class ChatConsumer extends WebSocketConsumer {
 *   "chat.message" = forward<Payload<typeof room, "chat.message">>();
 * }
 * ```
 *
 * A method that calls `this.sendJson(message)` does the same. This one lets the server do it for all members of the
 * group at once: the message is framed once, and no code runs for each of them. It does not wait for its turn behind
 * other messages of the socket.
 */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the type of a field is inferred from it
export function forward<M extends object>(): (message: M) => void | Promise<void> {
  return passOn;
}

const nothing: ReadonlySet<string> = new Set();
const known = new WeakMap<object, ReadonlySet<string>>();

/** The types of messages that a consumer only passes on. Looked up once for each class. */
export function forwardedTypes(consumer: object): ReadonlySet<string> {
  const consumerClass = consumer.constructor;
  let types = known.get(consumerClass);
  if (types === undefined) {
    const names = Object.entries(consumer).flatMap(([name, value]) => (value === passOn ? [name] : []));
    types = names.length === 0 ? nothing : new Set(names.filter((name) => name.includes(".")));
    known.set(consumerClass, types);
  }
  return types;
}
