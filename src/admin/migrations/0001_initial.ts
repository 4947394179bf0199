import { createModel, field, index, migration } from "../../orm/index.js";

export default migration({
  operations: [
    createModel("LogEntry", {
      fields: {
        id: field.auto(),
        at: field.dateTime({ autoNowAdd: true }),
        action: field.char({ maxLength: 10 }),
        userKey: field.char({ maxLength: 100 }),
        userName: field.char({ maxLength: 200 }),
        model: field.char({ maxLength: 200 }),
        objectKey: field.char({ maxLength: 200 }),
        objectText: field.char({ maxLength: 200 }),
        changes: field.json({ default: () => [] }),
      },
      ordering: ["-at", "-id"],
      indexes: [
        index("model", "objectKey", "-id").named("admin_log_object"),
        index("userKey", "-id").named("admin_log_user"),
      ],
    }),
  ],
});
