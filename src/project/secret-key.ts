import { randomBytes } from "node:crypto";
import { existsSync, linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";

import { type FrameworkSettings, getLogger, SettingsInvalid } from "../core/index.js";

/**
 * The keys that sign: the project's, then those that are still accepted. Where none is set, one is made and kept in
 * `.hotclub/secret-key` of the working directory, so that cookies outlive a restart; in production
 * (`NODE_ENV=production`) that is refused with `SettingsInvalid`.
 */
export function secretKeys(settings: FrameworkSettings): readonly [string, ...string[]] {
  return [settings.secretKey ?? keptKey(), ...settings.secretKeyFallbacks];
}

function keptKey(): string {
  if (process.env["NODE_ENV"] === "production") {
    throw new SettingsInvalid({
      problems: ["SECRET_KEY: is required in production and not set; use 32 or more random characters"],
    });
  }
  const directory = join(process.cwd(), ".hotclub");
  const path = join(directory, "secret-key");
  if (!existsSync(path)) makeKey(directory, path);
  return readFileSync(path, "utf8");
}

/** Of several processes that start at once, one's key is kept, and none reads half a key. */
function makeKey(directory: string, path: string): void {
  mkdirSync(directory, { recursive: true });
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, randomBytes(32).toString("base64url"), { mode: 0o600 });
  try {
    linkSync(draft, path);
    getLogger().info({ path }, "SECRET_KEY is not set; made one for this directory");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  } finally {
    unlinkSync(draft);
  }
}
