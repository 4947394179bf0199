import { createModel, field, index, migration } from "../../orm/index.js";

export default migration({
  operations: [
    createModel("CacheRow", {
      fields: {
        key: field.char({ primaryKey: true, maxLength: 250 }),
        value: field.binary(),
        version: field.int(),
        expiresAt: field.dateTime({ null: true }),
      },
      dbTable: "hotclub_cache",
      indexes: [index("expiresAt").named("hotclub_cache_expiry")],
    }),
  ],
});
