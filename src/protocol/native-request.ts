import type { ClientAddress, RequestHeaders } from "../core/index.js";

/** What a library knows of a request, asked for only when somebody wants it. */
export interface NativeRequest extends RequestHeaders {
  /** Whether the library still has the request, or everything was copied from it. */
  readonly isReadable: boolean;
  /** What follows `?`. */
  readQuery(): string;
  /** The other end of the connection; an empty host for a Unix socket. */
  readPeer(): ClientAddress;
}
