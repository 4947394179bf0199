import { createModel, field, index, migration } from "../../orm/index.js";

export default migration({
  operations: [
    createModel("SessionRow", {
      fields: {
        digest: field.char({ primaryKey: true, maxLength: 43 }),
        version: field.int(),
        values: field.text(),
        expiresAt: field.dateTime(),
      },
      dbTable: "hotclub_session",
      indexes: [index("expiresAt").named("hotclub_session_expiry")],
    }),
  ],
});
