import { defineApp } from "../core/index.js";
import { messagesContext } from "./messages.js";

/** Gives the templates of a project `messages`: put it among its `apps`. */
export const messagesApp = defineApp({ name: "messages", contextProcessors: [messagesContext] });
