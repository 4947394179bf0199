/** The same server, with more clients. */
export * from "../recovery/bare.js";
