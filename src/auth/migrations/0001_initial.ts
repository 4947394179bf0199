import { createModel, field, migration, unique } from "../../orm/index.js";

export default migration({
  operations: [
    createModel("Permission", {
      fields: {
        id: field.auto(),
        name: field.char({ maxLength: 255 }),
        app: field.char({ maxLength: 100 }),
        model: field.char({ default: "", maxLength: 100 }),
        codename: field.char({ maxLength: 100 }),
      },
      ordering: ["app", "model", "codename"],
      constraints: [unique("app", "codename")],
    }),
    createModel("Group", {
      fields: {
        id: field.auto(),
        name: field.char({ maxLength: 150, unique: true }),
        permissions: field.manyToMany("auth.Permission"),
      },
      ordering: ["name"],
    }),
    createModel("User", {
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
        groups: field.manyToMany("auth.Group"),
        userPermissions: field.manyToMany("auth.Permission"),
      },
      ordering: ["username"],
    }),
  ],
});
