/**
 * Messages to visitors that the next page shows once: "Saved." Its three main names are `messages`, `flashMessages` and
 * `messagesApp`.
 *
 * ```ts
 * export default defineProject({ apps: [messagesApp], middleware: [flashMessages()], … });
 *
 * class Rename extends HttpConsumer {
 *   async post() {
 *     messages.success(this, "The room has a new name.");
 *     return this.redirect("/");
 *   }
 * }
 * ```
 *
 * `{% for message in messages %}<li class="{{ message.tags }}">{{ message.text }}</li>{% endfor %}`
 */
export { MessagesMissing, MessagesTooLate } from "./errors.js";
export {
  type FlashMessage,
  type KeptMessage,
  type LevelTags,
  type MessageLevel,
  messageLevels,
} from "./flash-message.js";
export { flashMessages, type FlashMessagesOptions } from "./flash-messages.js";
export type { MessageStore } from "./message-store.js";
export { type AddMessageOptions, messages, messagesContext, type MessageTarget } from "./messages.js";
export { messagesApp } from "./messages-app.js";
export { cookieMessages, type CookieMessagesOptions } from "./stores/cookie-messages.js";
export { type MessageSession, sessionMessages } from "./stores/session-messages.js";
