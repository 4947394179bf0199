import { createLogger, setLogger } from "hotclub/core";

// Tests provoke errors on purpose; what they log would hide what they find. `LOG_LEVEL=debug` shows it.
setLogger(createLogger({ level: process.env["LOG_LEVEL"] ?? "silent" }));
