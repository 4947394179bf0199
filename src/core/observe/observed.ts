import type { Application } from "../application.js";
import { diagnostics } from "./channels.js";
import { observedRequest } from "./observed-request.js";
import { observedSocket } from "./observed-socket.js";
import { observedTask } from "./observed-task.js";

const { httpStart, httpEnd, webSocketStart, webSocketMessage, webSocketEnd, taskStart, taskEnd } = diagnostics;

/**
 * The same application, told of on the diagnostics channels. Where nobody listens when a scope begins, the application
 * is called as it is, and nothing of that scope is told.
 */
export function observed(application: Application): Application {
  return (scope, send) => {
    if (scope.type === "http") {
      if (httpEnd.hasSubscribers || httpStart.hasSubscribers) return observedRequest(application, scope, send);
    } else if (scope.type === "websocket") {
      if (webSocketEnd.hasSubscribers || webSocketStart.hasSubscribers || webSocketMessage.hasSubscribers) {
        return observedSocket(application, scope, send);
      }
    } else if (scope.type === "task" && (taskEnd.hasSubscribers || taskStart.hasSubscribers)) {
      return observedTask(application, scope, send);
    }
    return application(scope, send);
  };
}
