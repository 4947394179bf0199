import { defineError } from "../../core/index.js";
import { queryChannel, type QueryMessage } from "./instrumentation.js";

/** A piece of code made another number of queries than it was to. */
export class QueryCountWrong extends defineError({
  code: "ORM_QUERY_COUNT_WRONG",
  message: (p: { expected: number; queries: readonly string[] }) =>
    `Expected ${p.expected} queries, there were ${p.queries.length}:\n` +
    p.queries.map((sql, index) => `  ${index + 1}. ${sql}`).join("\n"),
}) {}

/** Runs `work` and gives the queries that this process made meanwhile, in order, with what `work` returned. */
export async function captureQueries<T>(work: () => T | Promise<T>): Promise<{ queries: QueryMessage[]; result: T }> {
  const queries: QueryMessage[] = [];
  const listen = (message: unknown): void => void queries.push(message as QueryMessage);
  queryChannel.subscribe(listen);
  try {
    return { queries, result: await work() };
  } finally {
    queryChannel.unsubscribe(listen);
  }
}

/** Runs `work` and throws `QueryCountWrong` unless it made exactly `expected` queries. Gives what `work` returned. */
export async function assertQueries<T>(expected: number, work: () => T | Promise<T>): Promise<T> {
  const { queries, result } = await captureQueries(work);
  if (queries.length === expected) return result;
  throw new QueryCountWrong({ expected, queries: queries.map(({ sql }) => sql) });
}
