import { addField, alterField, createModel, field, migration, swappable } from "hotclub/orm";

export default migration({
  dependencies: ["chat.0001_initial", "auth.0001_initial"],
  operations: [
    createModel("Member", {
      fields: {
        id: field.auto(),
        password: field.char({ maxLength: 128 }),
        lastLogin: field.dateTime({ null: true }),
        isSuperuser: field.bool({ default: false }),
        isStaff: field.bool({ default: false }),
        isActive: field.bool({ default: true }),
        dateJoined: field.dateTime({ autoNowAdd: true }),
        username: field.char({ maxLength: 150, unique: true }),
        firstName: field.char({ default: "", maxLength: 150 }),
        lastName: field.char({ default: "", maxLength: 150 }),
        email: field.email({ default: "" }),
        avatar: field.image({ default: "" }),
        groups: field.manyToMany("auth.Group"),
        userPermissions: field.manyToMany("auth.Permission"),
      },
      ordering: ["username"],
    }),
    addField("Room", "owner", field.foreignKey(swappable("auth.User"), { null: true, onDelete: "setNull" })),
    addField("Message", "member", field.foreignKey(swappable("auth.User"), { null: true, onDelete: "setNull" })),
    alterField("Message", "author", field.char({ maxLength: 150 })),
  ],
});
