import { http, type Route, websocket } from "../../consumers/index.js";
import { ListSocket } from "../live/list-socket.js";
import { ObjectSocket } from "../live/object-socket.js";
import { ProgressSocket } from "../live/progress-socket.js";
import type { AdminRegistry } from "../site/admin-registry.js";
import { pageOf } from "./admin-page.js";
import { AddPage } from "./add-page.js";
import { ChangePage } from "./change-page.js";
import { DeletePage } from "./delete-page.js";
import { HistoryPage } from "./history-page.js";
import { AppPage, IndexPage, ThemePage } from "./index-page.js";
import { ListPage } from "./list-page.js";
import { gateRoutes } from "./gate-pages.js";
import { OptionsPage } from "./options-page.js";
import { TasksPage } from "../tasks/tasks-page.js";
import { ProgressPage } from "./progress-page.js";

/** The pages and sockets of `site`. */
export function adminRoutes(site: AdminRegistry): readonly Route[] {
  return [
    http("/", pageOf(IndexPage, site), { name: "index" }),
    http("/theme/", pageOf(ThemePage, site), { name: "theme" }),
    http("/_tasks/", pageOf(TasksPage, site), { name: "tasks" }),
    ...gateRoutes(site),
    http("/:app/", pageOf(AppPage, site), { name: "app" }),
    http("/:app/:model/", pageOf(ListPage, site), { name: "list" }),
    websocket("/:app/:model/live/", pageOf(ListSocket, site)),
    http("/:app/:model/add/", pageOf(AddPage, site), { name: "add" }),
    http("/:app/:model/options/", pageOf(OptionsPage, site), { name: "options" }),
    http("/:app/:model/_progress/", pageOf(ProgressPage, site), { name: "progress" }),
    websocket("/:app/:model/_progress/live/", pageOf(ProgressSocket, site)),
    http("/:app/:model/:key/change/", pageOf(ChangePage, site), { name: "change" }),
    http("/:app/:model/:key/delete/", pageOf(DeletePage, site), { name: "delete" }),
    http("/:app/:model/:key/history/", pageOf(HistoryPage, site), { name: "history" }),
    websocket("/:app/:model/:key/live/", pageOf(ObjectSocket, site)),
  ];
}
