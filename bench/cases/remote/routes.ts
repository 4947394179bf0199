import { websocket, WebSocketConsumer } from "hotclub/consumers";

/** The workers of the remote route. */
export const pool = "bench";

class Echo extends WebSocketConsumer {
  override receive(text: string) {
    return this.sendText(text);
  }
}

/** The same consumer beside its sockets, and in a worker. */
export const inlineRoutes = [websocket("/ws/", Echo)];
export const remoteRoutes = [websocket("/ws/", Echo, { remote: pool })];
