/** What is sent, about 90 bytes of msgpack. */
export const message = {
  type: "chat.message",
  author: "django",
  text: "And now the Quintette plays Minor Swing.",
  id: 1937,
};

/** How many members of this process get each message. */
export const members = 100;

/** How many messages are sent for one request, and under way at once. */
export const batch = 500;
