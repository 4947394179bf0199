/** As much of the browser's `WebSocket` as the client uses; the `ws` package has it too. */
export interface SocketLike {
  readonly readyState: number;
  send(data: string): void;
  close(code?: number, reason?: string): void;
  addEventListener(type: "open", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: "close", listener: (event: { readonly code: number; readonly reason: string }) => void): void;
  addEventListener(type: "error", listener: () => void): void;
}

/** Makes sockets: the browser's `WebSocket`, or one of its kind. */
export type SocketConstructor = new (url: string, protocols?: string | string[]) => SocketLike;

const openState = 1;

/** Whether something can be sent now. */
export function isOpen(socket: SocketLike | undefined): socket is SocketLike {
  return socket?.readyState === openState;
}
