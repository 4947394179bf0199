import type { BenchCase } from "./case.js";
import { adminList } from "./cases/admin-list/case.js";
import { broadcast } from "./cases/broadcast/case.js";
import { broadcastRedisTwo } from "./cases/broadcast-redis-two/case.js";
import { broadcastRedis } from "./cases/broadcast-redis/case.js";
import { direct } from "./cases/direct/case.js";
import { httpEcho } from "./cases/http-echo/case.js";
import { httpHello } from "./cases/http-hello/case.js";
import { httpJson } from "./cases/http-json/case.js";
import { httpMiddleware } from "./cases/http-middleware/case.js";
import { httpRouting1000 } from "./cases/http-routing-1000/case.js";
import { layerGroup } from "./cases/layer-group/case.js";
import { ormPostgres } from "./cases/orm-postgres/case.js";
import { ormSqlite } from "./cases/orm-sqlite/case.js";
import { page } from "./cases/page/case.js";
import { presence } from "./cases/presence/case.js";
import { recovery } from "./cases/recovery/case.js";
import { remote } from "./cases/remote/case.js";
import { sseFanout } from "./cases/sse-fanout/case.js";
import { startUp } from "./cases/start-up/case.js";
import { tasksBullmq } from "./cases/tasks-bullmq/case.js";
import { tasksDatabase } from "./cases/tasks-database/case.js";
import { tasksSqlite } from "./cases/tasks-sqlite/case.js";
import { templates } from "./cases/templates/case.js";
import { types } from "./cases/types/case.js";
import { websocketEcho } from "./cases/websocket-echo/case.js";
import { websocketEchoJson } from "./cases/websocket-echo-json/case.js";
import { websocketIdle } from "./cases/websocket-idle/case.js";

/** Every case, in the order in which they run and are reported. */
export const allCases: readonly BenchCase[] = [
  ...broadcast,
  ...broadcastRedis,
  ...broadcastRedisTwo,
  direct,
  httpHello,
  httpJson,
  httpEcho,
  httpMiddleware,
  httpRouting1000,
  sseFanout,
  ...websocketEcho,
  websocketEchoJson,
  websocketIdle,
  ...recovery,
  presence,
  remote,
  ...tasksBullmq,
  ...tasksDatabase,
  ...tasksSqlite,
  templates,
  page,
  adminList,
  layerGroup,
  ...ormSqlite,
  ...ormPostgres,
  ...startUp,
  ...types,
];
