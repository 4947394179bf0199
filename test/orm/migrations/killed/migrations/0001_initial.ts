import { createModel, field, index, migration, unique } from "hotclub/orm";

export default migration({
  operations: [
    createModel("User", { fields: { id: field.auto(), name: field.text() } }),
    createModel("Room", {
      fields: {
        id: field.auto(),
        slug: field.slug({ unique: true }),
        size: field.int({ null: true }),
        members: field.manyToMany("shop.User"),
      },
      constraints: [unique("slug", "size")],
    }),
    createModel("Message", {
      fields: {
        id: field.auto(),
        room: field.foreignKey("shop.Room", { onDelete: "cascade" }),
        text: field.text(),
        draft: field.text(),
      },
      indexes: [index("room", "-id").named("newest")],
    }),
    createModel("Old", { fields: { id: field.auto(), rooms: field.manyToMany("shop.Room") } }),
  ],
});
