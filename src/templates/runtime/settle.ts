import { type HtmlSource, type PageRenderer, SafeString, toHtml } from "../safe-string.js";

/** Whether `value` is to be awaited before it is used: a promise, a reference to a row, a query. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as { then?: unknown }).then === "function";
}

/** What a generator of a template gives out: something to await, which comes back resolved. */
export type Steps<Result> = Generator<unknown, Result, unknown>;

function isGenerator(value: unknown): value is Steps<unknown> {
  if (typeof value !== "object" || value === null) return false;
  const { next, throw: fail } = value as { next?: unknown; throw?: unknown };
  return typeof next === "function" && typeof fail === "function";
}

/** What is behind a generator of LiquidJS, or a promise: generators within it are run, promises awaited. */
export function* settle(value: unknown): Steps<unknown> {
  if (isThenable(value)) return yield value;
  if (!isGenerator(value)) return value;
  let step = value.next();
  while (step.done !== true) {
    let result: unknown;
    try {
      result = yield* settle(step.value);
    } catch (thrown) {
      step = value.throw(thrown);
      continue;
    }
    step = value.next(result);
  }
  return yield* settle(step.value);
}

/** Whether `value` needs a step before it can be put out. */
export function isUnsettled(value: object): boolean {
  if (value instanceof SafeString) return false;
  const { then, [toHtml]: source } = value as { then?: unknown } & Partial<HtmlSource>;
  return typeof then === "function" || typeof source === "function";
}

/** What is to be put out for `value`: awaited, and put into HTML by itself if it can. */
export function* settleOutput(value: unknown, page: PageRenderer): Steps<unknown> {
  const settled = isThenable(value) ? yield value : value;
  if (typeof settled !== "object" || settled === null) return settled;
  const source = settled as Partial<HtmlSource>;
  if (typeof source[toHtml] !== "function") return settled;
  const made: unknown = source[toHtml](page);
  const awaited = isThenable(made) ? yield made : made;
  return typeof awaited === "string" || awaited instanceof SafeString ? new SafeString(String(awaited)) : awaited;
}

/** Runs `steps` to their end, awaiting what they ask for; at once where they ask for nothing. */
export function runSteps<Result>(steps: Steps<Result>): Result | Promise<Result> {
  const step = steps.next();
  return step.done === true ? step.value : runOn(steps, step.value);
}

async function runOn<Result>(steps: Steps<Result>, first: unknown): Promise<Result> {
  let asked = first;
  for (;;) {
    let given: unknown;
    let failure: { readonly thrown: unknown } | undefined;
    try {
      given = await asked;
    } catch (thrown) {
      failure = { thrown };
    }
    const step = failure === undefined ? steps.next(given) : steps.throw(failure.thrown);
    if (step.done === true) return step.value;
    asked = step.value;
  }
}
