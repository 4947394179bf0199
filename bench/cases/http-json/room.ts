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
