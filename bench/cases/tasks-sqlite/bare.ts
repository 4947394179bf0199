/** What the database is compared with: BullMQ alone, on Redis. */
export * from "../tasks-bullmq/bare.js";
