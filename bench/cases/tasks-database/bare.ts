/** What the database is compared with: BullMQ alone, on Redis. */
import "../tasks-bullmq/bare.js";
