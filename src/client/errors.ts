/**
 * Why an action has no reply.
 *
 * - `CLIENT_TIMEOUT`: none came in time; whether the server did it is not known.
 * - `CLIENT_LOST`: the line was lost before the reply came; whether the server did it is not known.
 * - `CLIENT_QUEUE_FULL`: too much waits for the line already; nothing was sent.
 * - `CLIENT_CLOSED`: the socket is closed for good; nothing was sent, unless it was under way.
 * - any other: the server's own code for what went wrong, see its `issues` for data that did not fit.
 */
export class ActionError extends Error {
  override readonly name = "ActionError";
  readonly code: string;
  readonly issues: readonly { readonly path: readonly (string | number)[]; readonly message: string }[];

  constructor(code: string, message: string, issues: ActionError["issues"] = []) {
    super(message);
    this.code = code;
    this.issues = issues;
  }
}
