import { resolve } from "node:path";

import type { AppRegistry, FrameworkSettings } from "../core/index.js";
import { Cache, caches, openCacheEngine } from "../cache/index.js";
import { channelLayers, openChannelLayer } from "../layers/index.js";
import { consoleMail, Mailer, mailers, openMailEngine } from "../mail/index.js";
import { closeDatabases, connectDatabase, databases, installModels } from "../orm/index.js";
import { LocalStorage, storages } from "../storage/index.js";
import { BullmqTaskBackend, DatabaseTaskBackend, ImmediateTaskBackend, taskBackends } from "../workers/index.js";
import type { Project } from "./project.js";
import { createTaskTables, hasTasks, prepareDatabase } from "./prepare-database.js";

/** Undoes one step of a start. */
export type Close = () => Promise<void>;

/** Connects the database where there are models or tasks to keep, and sees to their tables. */
export async function openDatabase(settings: FrameworkSettings, apps: AppRegistry): Promise<Close> {
  const models = installModels(apps);
  const keepsTasks = settings.redisUrl === null ? hasTasks(apps) : hasDurableTasks(apps);
  if (models.length === 0 && !keepsTasks) return () => Promise.resolve();
  databases.set("default", await connectDatabase(settings.databaseUrl));
  try {
    await prepareDatabase(settings, apps);
    await createTaskTables(apps);
  } catch (error) {
    await closeDatabases();
    throw error;
  }
  return closeDatabases;
}

/** Opens the channel layer: Redis where it is set, this process's memory otherwise. */
export async function openLayer({ settings, layer }: Project): Promise<Close> {
  channelLayers.set("default", await openChannelLayer(settings.redisUrl, layer));
  return () => channelLayers.closeAll();
}

/**
 * Opens the queue of tasks: BullMQ on Redis where it is set, the database otherwise; this process where the project has
 * no tasks.
 */
export async function openTasks(project: Project): Promise<Close> {
  const backend = taskBackend(project);
  await backend.connect();
  taskBackends.set("default", backend);
  return () => taskBackends.closeAll();
}

/** Makes the storage of the files that people upload: a directory, which is made when the first of them comes. */
export function openStorage({ mediaRoot, mediaUrl }: FrameworkSettings): Close {
  storages.set("default", new LocalStorage({ root: resolve(mediaRoot), baseUrl: mediaUrl }));
  return () => storages.closeAll();
}

/** Makes the project's cache. Throws `CacheUrlInvalid`. */
export function openCache({ cacheUrl, cachePrefix, redisUrl }: FrameworkSettings): Close {
  // Of several shards the first, as everything has that is no message.
  const engine = openCacheEngine(cacheUrl ?? redisUrl ?? "memory:");
  caches.set("default", new Cache({ engine, prefix: cachePrefix }));
  return () => caches.closeAll();
}

/** Makes the mailer that sends what the project sends, where there is to be one. Throws `MailUrlInvalid`. */
export function openMail({ mailUrl, mailFrom }: FrameworkSettings): Close {
  const isProduction = process.env["NODE_ENV"] === "production";
  if (mailUrl === null && isProduction) return () => Promise.resolve();
  const engine = mailUrl === null ? consoleMail() : openMailEngine(mailUrl);
  mailers.set("default", new Mailer({ engine, ...(mailFrom !== null && { from: mailFrom }) }));
  return () => mailers.closeAll();
}

function taskBackend({ settings: { redisUrl }, apps, taskQueue }: Project) {
  const { pollMs, ...queue } = taskQueue;
  if (redisUrl !== null) return new BullmqTaskBackend({ url: redisUrl, ...queue });
  if (!hasTasks(apps)) return new ImmediateTaskBackend();
  const { prefix: _prefix, timeoutMs: _timeoutMs, ...kept } = queue;
  return new DatabaseTaskBackend({ ...kept, ...(pollMs !== undefined && { pollMs }) });
}

function hasDurableTasks(apps: AppRegistry): boolean {
  return [...apps].some(({ tasks = [] }) => tasks.some(({ options }) => options.durable));
}
