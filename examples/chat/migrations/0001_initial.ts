import { createModel, field, index, migration } from "hotclub/orm";

export default migration({
  operations: [
    createModel("Room", {
      fields: {
        id: field.auto(),
        slug: field.slug({ unique: true }),
        title: field.char({ maxLength: 80 }),
      },
      ordering: ["title"],
    }),
    createModel("Message", {
      fields: {
        id: field.auto(),
        room: field.foreignKey("chat.Room", { onDelete: "cascade" }),
        author: field.char({ maxLength: 40 }),
        text: field.text({ maxLength: 2000 }),
        sentAt: field.dateTime({ autoNowAdd: true }),
        linkTitle: field.char({ default: "", maxLength: 200 }),
      },
      indexes: [index("room", "-id")],
    }),
  ],
});
