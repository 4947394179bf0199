/** What is answered, made anew for each request. */
export function room(): object {
  return {
    slug: "hot-club",
    title: "Quintette du Hot Club de France",
    isOpen: true,
    members: [
      { id: 1, name: "Django", plays: "guitar" },
      { id: 2, name: "Stéphane", plays: "violin" },
    ],
    founded: 1934,
    topic: null,
  };
}

/** The same for fastify, whose documentation recommends to say it: JSON is then written by a function made for it. */
export const roomJsonSchema = {
  type: "object",
  properties: {
    slug: { type: "string" },
    title: { type: "string" },
    isOpen: { type: "boolean" },
    members: {
      type: "array",
      items: {
        type: "object",
        properties: { id: { type: "integer" }, name: { type: "string" }, plays: { type: "string" } },
      },
    },
    founded: { type: "integer" },
    topic: { type: ["string", "null"] },
  },
} as const;
