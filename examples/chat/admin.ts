import { admin, registerUsers } from "hotclub/admin";

import { Member, Message, Room } from "./models.js";

registerUsers(admin, Member);
admin.register(Room, {
  listDisplay: ["title", "slug", "owner"],
  searchFields: ["title"],
  prepopulatedFields: { slug: ["title"] },
});
admin.register(Message, {
  listDisplay: ["room", "author", "text", "sentAt"],
  listFilter: ["room"],
  searchFields: ["text", "author"],
  dateHierarchy: "sentAt",
});

export { admin };
