import type { Handler, Message, Send } from "../../core/index.js";
import type { HttpResponse } from "../response/response.js";

/** Answers a request with `response`, whatever its body. */
export function answerWith(send: Send, response: HttpResponse): Handler {
  let isAnswered = false;
  return {
    handle(message) {
      if (isAnswered || message.type !== "http.request") return;
      isAnswered = true;
      return send(response as object as Message);
    },
  };
}
