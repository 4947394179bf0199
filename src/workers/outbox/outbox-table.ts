import { f, index, meta, ModelBase } from "../../orm/index.js";

/** A task on its way from a transaction to its queue. Times are in milliseconds since 1970. */
export class OutboxTask extends ModelBase {
  id = f.char({ primaryKey: true, maxLength: 200 });
  /** The alias of the backend that it goes to. */
  backend = f.char({ maxLength: 99 });
  job = f.text();
  /** Nobody else is to relay it before. */
  relayAt = f.int();
  static meta = meta({ dbTable: "hotclub_task_outbox", indexes: [index("relayAt").named("hotclub_task_outbox_turn")] });
}
