import type { AppRegistry, FrameworkSettings } from "../core/index.js";
import { channelLayers, openChannelLayer } from "../layers/index.js";
import { closeDatabases, connectDatabase, databases, installModels } from "../orm/index.js";
import { BullmqTaskBackend, ImmediateTaskBackend, taskBackends } from "../workers/index.js";
import { prepareDatabase } from "./prepare-database.js";

/** Undoes one step of a start. */
export type Close = () => Promise<void>;

/** Connects the database where there are models, and sees to their tables. */
export async function openDatabase(settings: FrameworkSettings, apps: AppRegistry): Promise<Close> {
  const models = installModels(apps);
  if (models.length === 0) return () => Promise.resolve();
  databases.set("default", await connectDatabase(settings.databaseUrl));
  try {
    await prepareDatabase(settings, apps);
  } catch (error) {
    await closeDatabases();
    throw error;
  }
  return closeDatabases;
}

/** Opens the channel layer: Redis where it is set, this process's memory otherwise. */
export async function openLayer(settings: FrameworkSettings): Promise<Close> {
  channelLayers.set("default", await openChannelLayer(settings.redisUrl));
  return () => channelLayers.closeAll();
}

/** Opens the queue of tasks: BullMQ on Redis where it is set, this process otherwise. */
export async function openTasks(settings: FrameworkSettings): Promise<Close> {
  const { redisUrl } = settings;
  const backend = redisUrl === null ? new ImmediateTaskBackend() : new BullmqTaskBackend({ url: redisUrl });
  await backend.connect();
  taskBackends.set("default", backend);
  return () => taskBackends.closeAll();
}
