import type { RouteParams } from "./scope.js";

/**
 * The parameters that a pattern captures, by name. A parameter is a whole segment, `:name` or `:name<converter>`:
 *
 * ```ts
 * PathParams<"/rooms/:slug/:page<int>/">; // { slug: string; page: number }
 * PathParams<"/about/">;                  // {}
 * PathParams<string>;                     // RouteParams: the pattern is not known to the compiler
 * ```
 */
export type PathParams<Pattern extends string> = string extends Pattern ? RouteParams : SegmentParams<Pattern>;

type SegmentParams<Pattern extends string, Found = {}> = Pattern extends `${infer Segment}/${infer Rest}`
  ? SegmentParams<Rest, WithParam<Segment, Found>>
  : WithParam<Pattern, Found>;

/** `Found`, and the parameter that `Segment` is, if it is one. Flat, so that editors show one plain object. */
type WithParam<Segment extends string, Found> = Segment extends `:${infer Name}<${infer Converter}>`
  ? { [Key in keyof Found | Name]: Key extends keyof Found ? Found[Key] : ParamValue<Converter> }
  : Segment extends `:${infer Name}`
    ? { [Key in keyof Found | Name]: Key extends keyof Found ? Found[Key] : string }
    : Found;

/** What a converter yields: a number for `int`, the text for all others. */
export type ParamValue<Converter extends string> = Converter extends "int" ? number : string;
