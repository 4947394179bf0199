import { ConsumerRun, type ConsumerServices } from "../../consumers/index.js";
import { type Handler, type LifespanScope, type Message, type Send, toError } from "../../core/index.js";
import type { Lifespan, LifespanHooks } from "./lifespan.js";

/** The lifespan scope of one app: one question at a time (ASGI lifespan 2.0). */
export class AppLifespan {
  readonly app: string;
  readonly #handler: Handler;
  #onAnswer: ((answer: Message) => void) | undefined;

  constructor(app: string, lifespan: Lifespan, scope: LifespanScope, services: ConsumerServices) {
    this.app = app;
    const send: Send = (message) => this.#onAnswer?.(message);
    this.#handler =
      typeof lifespan === "function"
        ? new ConsumerRun(lifespan, scope, send, services)
        : handlerOf(lifespan, scope, send);
  }

  /** Sends `type`, and resolves when it is complete. Rejects with what the app throws. */
  ask(type: "lifespan.startup" | "lifespan.shutdown"): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#onAnswer = (answer) => {
        if (answer.type === `${type}.complete`) resolve();
        else if (answer.type === `${type}.failed`) reject(toError(answer["error"] ?? answer["message"]));
      };
      Promise.resolve(this.#handler.handle({ type })).catch(reject);
    });
  }
}

function handlerOf(hooks: LifespanHooks, scope: LifespanScope, send: Send): Handler {
  return {
    async handle({ type }) {
      if (type === "lifespan.startup") await hooks.startup?.(scope);
      else await hooks.shutdown?.(scope);
      await send({ type: `${type}.complete` });
    },
  };
}
