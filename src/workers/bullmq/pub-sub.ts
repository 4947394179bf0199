/** The commands of a Redis client that are used beside BullMQ's. */
export interface PubSubClient {
  publish(channel: string, message: string): Promise<unknown>;
  subscribe(channel: string): Promise<unknown>;
  unsubscribe(channel: string): Promise<unknown>;
  on(event: "message", listener: (channel: string, message: string) => void): unknown;
}

/** Publishes on one channel. */
export function sendTo(client: PubSubClient, channel: string): (text: string) => Promise<unknown> {
  return (text) => client.publish(channel, text);
}
