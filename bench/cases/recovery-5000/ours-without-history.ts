/** The same server, with more clients. */
export * from "../recovery/ours-without-history.js";
