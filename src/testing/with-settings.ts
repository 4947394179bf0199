import type { FrameworkSettings } from "../core/index.js";
import type { Project } from "../project/index.js";

/** The same project with other settings: `withSettings(project, { databaseUrl: "sqlite::memory:", redisUrl: null })`. */
export function withSettings(project: Project, settings: Partial<FrameworkSettings>): Project {
  return { ...project, settings: { ...project.settings, ...settings } };
}
