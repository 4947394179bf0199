import { Drop, LiquidError, type Template, type Token } from "liquidjs";

import { toError } from "../../core/index.js";
import { SafeString } from "../safe-string.js";
import * as compare from "../runtime/compare.js";
import * as enumerate from "../runtime/enumerate.js";
import * as escapes from "../runtime/escapes.js";
import { Failure, placeOf } from "../runtime/failure.js";
import { ForLoop } from "../runtime/for-loop.js";
import { readProperty, showsBeforeAwait } from "../runtime/read-property.js";
import type { Part, RenderState } from "../runtime/render-state.js";
import { isThenable, isUnsettled, settle, settleOutput, type Steps } from "../runtime/settle.js";

/** A scope for names, without any that it inherits. */
function scope(): Record<string, unknown> {
  return Object.create(null) as Record<string, unknown>;
}

/** What LiquidJS's words and its own objects stand for. */
function valueOf(value: unknown): unknown {
  return value instanceof Drop ? value.valueOf() : value;
}

/** What an app's filter is given of a safe string. */
function plain(value: unknown): unknown {
  return value instanceof SafeString ? value.toString() : value;
}

/** What a filter has made of `given`, safe if that was. */
function keep(given: unknown, made: unknown): unknown {
  return given instanceof SafeString && typeof made === "string" ? new SafeString(made) : made;
}

function safe(value: unknown): SafeString {
  return value instanceof SafeString ? value : new SafeString(escapes.plainText(value));
}

/** `error`, with the place that it has now come through. */
function fail(thrown: unknown, template: string, token: Token): Failure {
  const place = placeOf(template, token);
  if (thrown instanceof Failure) {
    const last = thrown.places.at(-1);
    // What stands within a tag is at that tag, too.
    if (last?.template !== template || last.excerpt !== place.excerpt) thrown.places.push(place);
    return thrown;
  }
  const { originalError } = thrown as { originalError?: unknown };
  const failure = new Failure(toError(LiquidError.is(thrown) && originalError !== undefined ? originalError : thrown));
  failure.places.push(place);
  return failure;
}

/** Text that is ready, as a part that can be put out. */
function textPart(text: string): Part {
  return {
    // oxlint-disable-next-line require-yield -- there is nothing to wait for
    *run() {
      return text;
    },
  };
}

/** Lets LiquidJS interpret a tag that is not compiled. */
function* interpret(state: RenderState, node: Template): Steps<string> {
  const emitter = {
    buffer: "",
    write(value: unknown) {
      this.buffer += escapes.plainText(value);
    },
  };
  const made = yield* settle(node.render(state, emitter));
  if (made !== undefined && made !== null && made !== "") emitter.write(made);
  return emitter.buffer;
}

/** What compiled templates call, by the names that they have in generated code. */
export const runtime = {
  ...compare,
  ...enumerate,
  ...escapes,
  fail,
  ForLoop,
  get: readProperty,
  interpret,
  isThenable,
  isUnsettled,
  keep,
  plain,
  safe,
  SafeString,
  scope,
  settle,
  settleOutput,
  showsBeforeAwait,
  textPart,
  valueOf,
};
