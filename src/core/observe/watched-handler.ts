import type { Handler } from "../application.js";

/** A handler whose failures are told, and thrown on. */
export function watchedHandler(handler: Handler, failed: () => void): Handler {
  return {
    handle(message) {
      try {
        return handler.handle(message)?.catch((thrown: unknown) => {
          failed();
          throw thrown;
        });
      } catch (thrown) {
        failed();
        throw thrown;
      }
    },
  };
}
