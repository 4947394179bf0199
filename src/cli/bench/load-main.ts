/** The process that loads a server. */
import { HttpLoad } from "./http-load.js";
import type { Load, LoadOrder } from "./load.js";
import { obey } from "./obey.js";
import { SocketLoad } from "./socket-load.js";

let load: Load | undefined;

obey(async (given) => {
  const order = given as LoadOrder;
  switch (order.do) {
    case "http":
      load = await HttpLoad.open(order.port, order.request, order.connections);
      return null;
    case "socket": {
      const sockets = new SocketLoad();
      load = sockets;
      return sockets.open(order.port, order.sockets, order.handshake);
    }
    case "probe":
      return load instanceof SocketLoad ? load.probe(order.message) : null;
    case "round":
      return load?.round(order.seconds);
    case "close":
  }
  return load?.close();
});
