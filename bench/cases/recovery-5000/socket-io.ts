/** The same server, with more clients. */
export * from "../recovery/socket-io.js";
