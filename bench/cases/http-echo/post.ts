import { z } from "zod";

/** What a client posts: a page of a room's messages. */
export const page = z.object({
  room: z.string().max(80),
  messages: z
    .array(
      z.object({
        id: z.number().int(),
        author: z.string().max(40),
        text: z.string().max(2000),
        isRead: z.boolean(),
        tags: z.array(z.string()).max(5),
      }),
    )
    .max(200),
});

export type Page = z.infer<typeof page>;

/** The same for the validator that fastify brings along. */
export const pageJsonSchema = {
  type: "object",
  required: ["room", "messages"],
  properties: {
    room: { type: "string", maxLength: 80 },
    messages: {
      type: "array",
      maxItems: 200,
      items: {
        type: "object",
        required: ["id", "author", "text", "isRead", "tags"],
        properties: {
          id: { type: "integer" },
          author: { type: "string", maxLength: 40 },
          text: { type: "string", maxLength: 2000 },
          isRead: { type: "boolean" },
          tags: { type: "array", maxItems: 5, items: { type: "string" } },
        },
      },
    },
  },
};

const tunes = ["Minor Swing", "Nuages", "Djangologie", "Daphné", "Belleville", "Manoir de mes rêves"];

const sent: Page = {
  room: "hot-club",
  messages: Array.from({ length: 58 }, (_, index) => ({
    id: 1_000 + index,
    author: index % 2 === 0 ? "django" : "stephane",
    text: `And now the Quintette du Hot Club plays "${tunes[index % tunes.length] ?? ""}".`,
    isRead: index < 40,
    tags: ["swing", "1937"],
  })),
};

/** Some 8 KB of JSON. */
export const body = JSON.stringify(sent);
