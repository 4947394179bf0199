import { defineError } from "../core/index.js";

/** A value cannot be cached: `undefined` stands for what is not there, and functions, symbols and circles for nothing. Give plain data, or a codec. */
export class CacheValueInvalid extends defineError({
  code: "CACHE_VALUE_INVALID",
  message: (p: { key: string; problem: string }) =>
    `The value for ${JSON.stringify(p.key)} cannot be cached: it ${p.problem}.`,
}) {}

/** A number was to be changed that is not there. Set it first, or use `getOrSet`. */
export class CacheKeyMissing extends defineError({
  code: "CACHE_KEY_MISSING",
  message: (p: { key: string }) => `There is nothing under ${JSON.stringify(p.key)} in the cache.`,
}) {}

/** What is cached is no whole number that can be counted on (beyond 2^53 none can). */
export class CacheNotANumber extends defineError({
  code: "CACHE_NOT_A_NUMBER",
  message: (p: { key: string }) => `What is cached under ${JSON.stringify(p.key)} is no whole number.`,
}) {}

/** An option is not one that it can have; the message says which. */
export class CacheOptionInvalid extends defineError({
  code: "CACHE_OPTION_INVALID",
  message: (p: { option: string; problem: string }) => `${p.option} ${p.problem}.`,
}) {}

/** There is no cache of that name. Boot the project first, or give `caches.set(alias, …)` one. */
export class CacheMissing extends defineError({
  code: "CACHE_MISSING",
  message: (p: { alias: string }) =>
    `There is no cache called ${JSON.stringify(p.alias)}. Give caches.set(${JSON.stringify(p.alias)}, …) one.`,
}) {}

/** What keeps the cache does not answer. It may later; `getOrSet` goes on without it. */
export class CacheUnavailable extends defineError({
  code: "CACHE_UNAVAILABLE",
  message: (p: { problem: string }) => `The cache cannot be reached: ${p.problem}`,
  status: 503,
  temporary: true,
}) {}

/** A URL names no cache. Use `memory:`, `redis://…` or `database:`. */
export class CacheUrlInvalid extends defineError({
  code: "CACHE_URL_INVALID",
  message: (p: { url: string }) => `${JSON.stringify(p.url)} names no cache. Use memory:, redis://… or database:.`,
}) {}
