import { createModel, field, index, migration } from "hotclub/orm";

export default migration({
  operations: [
    createModel("Room", {
      fields: { id: field.auto(), slug: field.slug({ unique: true }), size: field.int({ null: true }) },
    }),
    createModel("Message", {
      fields: {
        id: field.auto(),
        room: field.foreignKey("shop.Room", { onDelete: "cascade" }),
        text: field.text(),
        draft: field.text(),
      },
      indexes: [index("room", "-id")],
    }),
    createModel("Old", { fields: { id: field.auto() } }),
  ],
});
