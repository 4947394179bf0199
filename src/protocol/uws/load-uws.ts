import type * as Uws from "uWebSockets.js";

import { toError } from "../../core/index.js";
import { ServerNotLoaded } from "../errors.js";

/** The native library, as far as every release of it has it. */
export interface UwsLibrary {
  readonly App: typeof Uws.App;
  /** Stops listening; open connections go on. */
  readonly closeListenSocket: (socket: Uws.us_listen_socket) => void;
  readonly localPort: (socket: Uws.us_listen_socket) => number;
}

/** 4 KiB, uWebSockets.js's default for all headers of a request, is little for cookies. Node's own default is 16 KiB. */
const maxHeaderBytes = "16384";

let loading: Promise<UwsLibrary> | undefined;

/** Loads uWebSockets.js, the official release or the republication. Rejects with `ServerNotLoaded`. */
export function loadUws(): Promise<UwsLibrary> {
  loading ??= importUws();
  return loading;
}

async function importUws(): Promise<UwsLibrary> {
  process.env["UWS_HTTP_MAX_HEADERS_SIZE"] ??= maxHeaderBytes;
  try {
    const { default: library } = (await import("uWebSockets.js")) as unknown as { default: LibraryNames };
    const closeListenSocket = library.us_listen_socket_close ?? library.closeSocket;
    const localPort = library.us_socket_local_port ?? library.getSocketPort;
    if (closeListenSocket === undefined || localPort === undefined)
      throw new Error("it lacks a function to close or ask a listening socket");
    return { App: library.App, closeListenSocket, localPort };
  } catch (thrown) {
    const error = toError(thrown);
    const [reason = ""] = error.message.split("\n");
    throw new ServerNotLoaded({ server: "uws", reason }, { cause: error });
  }
}

/** The names differ between the official releases (`us_…`) and the republication. */
interface LibraryNames {
  readonly App: typeof Uws.App;
  readonly us_listen_socket_close?: (socket: Uws.us_listen_socket) => void;
  readonly closeSocket?: (socket: Uws.us_listen_socket) => void;
  readonly us_socket_local_port?: (socket: Uws.us_listen_socket) => number;
  readonly getSocketPort?: (socket: Uws.us_listen_socket) => number;
}
