import type * as Uws from "uWebSockets.js";

import { toError } from "../../core/index.js";
import { ServerNotLoaded } from "../errors.js";

/** The native library, as far as every release of it has it. */
export interface UwsLibrary {
  readonly App: (options: Uws.AppOptions) => UwsApp;
  readonly SSLApp: (options: Uws.AppOptions) => UwsApp;
  readonly sharedCompressor: number;
  readonly sharedDecompressor: number;
  /** Stops listening; open connections go on. */
  readonly closeListenSocket: (socket: Uws.us_listen_socket) => void;
  readonly localPort: (socket: Uws.us_listen_socket) => number;
  /** What the library took from the environment when it was loaded. */
  readonly maxHeaderBytes: number;
}

/** What the declarations lack, and every release has. */
export interface UwsApp extends Omit<Uws.TemplatedApp, "listen" | "listen_unix"> {
  listen(host: string, port: number, options: number, done: ListenDone): unknown;
  listen_unix(done: ListenDone, path: string): unknown;
  close(): unknown;
}

type ListenDone = (socket: Uws.us_listen_socket | false) => void;

let loading: Promise<UwsLibrary> | undefined;

/**
 * Loads uWebSockets.js, the official release or the republication. Rejects with `ServerNotLoaded`. The library takes
 * `maxHeaderBytes` from the environment once, when it is loaded; its own default of 4 KiB is little for cookies.
 */
export function loadUws(maxHeaderBytes: number): Promise<UwsLibrary> {
  loading ??= importUws(maxHeaderBytes);
  return loading;
}

async function importUws(maxHeaderBytes: number): Promise<UwsLibrary> {
  const taken = (process.env["UWS_HTTP_MAX_HEADERS_SIZE"] ??= String(maxHeaderBytes));
  try {
    const { default: library } = (await import("uWebSockets.js")) as unknown as { default: LibraryNames };
    const closeListenSocket = library.us_listen_socket_close ?? library.closeSocket;
    const localPort = library.us_socket_local_port ?? library.getSocketPort;
    if (closeListenSocket === undefined || localPort === undefined)
      throw new Error("it lacks a function to close or ask a listening socket");
    const { App, SSLApp, SHARED_COMPRESSOR: sharedCompressor, SHARED_DECOMPRESSOR: sharedDecompressor } = library;
    const functions = { App, SSLApp, sharedCompressor, sharedDecompressor, closeListenSocket, localPort };
    return { ...functions, maxHeaderBytes: Number(taken) };
  } catch (thrown) {
    const error = toError(thrown);
    const [reason = ""] = error.message.split("\n");
    throw new ServerNotLoaded({ server: "uws", reason }, { cause: error });
  }
}

/** The names differ between the official releases (`us_…`) and the republication. */
interface LibraryNames {
  readonly App: UwsLibrary["App"];
  readonly SSLApp: UwsLibrary["SSLApp"];
  readonly SHARED_COMPRESSOR: number;
  readonly SHARED_DECOMPRESSOR: number;
  readonly us_listen_socket_close?: (socket: Uws.us_listen_socket) => void;
  readonly closeSocket?: (socket: Uws.us_listen_socket) => void;
  readonly us_socket_local_port?: (socket: Uws.us_listen_socket) => number;
  readonly getSocketPort?: (socket: Uws.us_listen_socket) => number;
}
