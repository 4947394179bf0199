/** Sends one message to all sockets of a server that are subscribed to a topic, framed once. */
export interface TopicPublisher {
  /**
   * Sends to every socket that is subscribed now. What was sent to one of them before arrives before. A socket whose
   * client does not read is cut at `maxBackpressureBytes`, as with any message.
   */
  publish(topic: string, data: string | Uint8Array): void;
}

/** What a socket's scope has under `websocket.topics` among its extensions, on the servers of this folder. */
export interface WebSocketTopics {
  /** The same for all sockets of a server. */
  readonly publisher: TopicPublisher;
  /** Subscribes this socket; ends with it. Returns false when it is not open. */
  subscribe(topic: string): boolean;
  unsubscribe(topic: string): void;
}

/** The name of the extension. */
export const topicsExtension = "websocket.topics";

interface Subscriber {
  sendTopic(data: string | Uint8Array): void;
}

/** Topics for a library that has none. */
export class TopicTable implements TopicPublisher {
  readonly #subscribers = new Map<string, Set<Subscriber>>();

  publish(topic: string, data: string | Uint8Array): void {
    for (const subscriber of this.#subscribers.get(topic) ?? []) subscriber.sendTopic(data);
  }

  add(topic: string, subscriber: Subscriber): void {
    const subscribers = this.#subscribers.get(topic);
    if (subscribers === undefined) this.#subscribers.set(topic, new Set([subscriber]));
    else subscribers.add(subscriber);
  }

  delete(topic: string, subscriber: Subscriber): void {
    const subscribers = this.#subscribers.get(topic);
    if (subscribers?.delete(subscriber) === true && subscribers.size === 0) this.#subscribers.delete(topic);
  }
}
