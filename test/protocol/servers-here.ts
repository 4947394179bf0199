import { loadServer } from "hotclub/protocol";

/** Whether the native library has a binary for this machine and this Node.js; `node` serves where it has none. */
export const uwsLoads: boolean = await loadServer("uws").then(
  () => true,
  () => false,
);

/** The protocol servers that can be tested here. */
export const serversHere: readonly ("uws" | "node")[] = uwsLoads ? ["uws", "node"] : ["node"];
