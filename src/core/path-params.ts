/**
 * What a path parameter becomes, by the name of its converter: `:id<int>` is a number. Add your own here
 * (`declare module "hotclub/core"`) when you register a converter.
 */
export interface PathConverterTypes {
  str: string;
  int: number;
  slug: string;
  uuid: string;
  path: string;
}

type ParamName<Segment extends string> = Segment extends `${infer Name}<${string}>` ? Name : Segment;

type ParamType<Segment extends string> = Segment extends `${string}<${infer Converter}>`
  ? Converter extends keyof PathConverterTypes
    ? PathConverterTypes[Converter]
    : never
  : string;

type ParamSegment<Pattern extends string> = Pattern extends `${infer Segment}/${infer Rest}`
  ? (Segment extends `:${infer Param}` ? Param : never) | ParamSegment<Rest>
  : Pattern extends `:${infer Param}`
    ? Param
    : never;

/**
 * The parameters of a pattern: `PathParams<"/rooms/:slug/:page<int>/">` is `{ slug: string; page: number }`.
 * A parameter takes a whole segment.
 */
export type PathParams<Pattern extends string> = {
  readonly [Segment in ParamSegment<Pattern> as ParamName<Segment>]: ParamType<Segment>;
};
