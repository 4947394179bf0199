/** One thing that a client takes, such as `text/html;level=1` or `gzip`, with its weight. */
interface Range {
  /** In lower case, without parameters. */
  readonly value: string;
  readonly params: ReadonlyMap<string, string>;
  /** 0 to 1; 0 is "not this". */
  readonly weight: number;
}

/** How well a range fits an offer; `undefined` where it does not. The higher, the more it was meant. */
type Fit = (range: Range, offer: Offer) => number | undefined;

interface Offer {
  readonly value: string;
  readonly params: ReadonlyMap<string, string>;
}

/**
 * Which of the media types on offer a client likes best, by its `Accept` header (RFC 9110 §12.5.1): the heaviest, among
 * equals the one that is named most exactly, then the one that the client names first, then the first on offer.
 * `undefined`: none is acceptable. Without a header, everything is.
 */
export function preferredType<const Type extends string>(
  header: string | undefined,
  offers: readonly Type[],
): Type | undefined {
  return preferred(header, offers, fitOfType);
}

/** Which of the languages on offer a client likes best (RFC 9110 §12.5.4); `en` stands for `en-GB` as well. */
export function preferredLanguage<const Language extends string>(
  header: string | undefined,
  offers: readonly Language[],
): Language | undefined {
  return preferred(header, offers, fitOfLanguage);
}

/**
 * Which of the content codings on offer a client likes best (RFC 9110 §12.5.3). `identity` is acceptable unless the
 * header excludes it, and comes last; without a header, it is the one to take.
 */
export function preferredEncoding<const Coding extends string>(
  header: string | undefined,
  offers: readonly Coding[],
): Coding | undefined {
  if (header === undefined) return offers.find((offer) => offer === "identity") ?? offers[0];
  const ranges = parse(header);
  const chosen = best(ranges, offers, fitOfToken);
  if (chosen !== undefined) return chosen;
  const isExcluded = ranges.some(({ value, weight }) => weight === 0 && (value === "identity" || value === "*"));
  return isExcluded ? undefined : offers.find((offer) => offer === "identity");
}

function preferred<Value extends string>(
  header: string | undefined,
  offers: readonly Value[],
  fit: Fit,
): Value | undefined {
  const ranges = header === undefined ? [] : parse(header);
  return ranges.length === 0 ? offers[0] : best(ranges, offers, fit);
}

function best<Value extends string>(ranges: readonly Range[], offers: readonly Value[], fit: Fit): Value | undefined {
  let chosen: { readonly offer: Value; readonly rank: Rank } | undefined;
  for (const offer of offers) {
    const rank = rankOf(parseItem(offer), ranges, fit);
    if (rank !== undefined && (chosen === undefined || isBefore(rank, chosen.rank))) chosen = { offer, rank };
  }
  return chosen?.offer;
}

interface Rank {
  readonly weight: number;
  readonly fit: number;
  readonly place: number;
}

function isBefore(one: Rank, other: Rank): boolean {
  if (one.weight !== other.weight) return one.weight > other.weight;
  if (one.fit !== other.fit) return one.fit > other.fit;
  return one.place < other.place;
}

/** The range that says most about an offer decides, also when it says no. */
function rankOf(offer: Offer, ranges: readonly Range[], fit: Fit): Rank | undefined {
  let rank: Rank | undefined;
  for (const [place, range] of ranges.entries()) {
    const fits = fit(range, offer);
    if (fits !== undefined && (rank === undefined || fits > rank.fit))
      rank = { weight: range.weight, fit: fits, place };
  }
  return rank === undefined || rank.weight === 0 ? undefined : rank;
}

const fitOfType: Fit = (range, offer) => {
  if (range.value === "*/*" || range.value === "*") return 0;
  if (range.value.endsWith("/*")) return offer.value.startsWith(range.value.slice(0, -1)) ? 1 : undefined;
  if (range.value !== offer.value) return undefined;
  for (const [name, value] of range.params) {
    if (offer.params.get(name)?.toLowerCase() !== value.toLowerCase()) return undefined;
  }
  return 2 + range.params.size;
};

const fitOfToken: Fit = (range, offer) => {
  if (range.value === offer.value) return 1;
  return range.value === "*" ? 0 : undefined;
};

/** RFC 4647 §3.3.1, and the other way round: who wants `en-GB` can do with `en`, less well. */
const fitOfLanguage: Fit = (range, offer) => {
  if (range.value === "*") return 0;
  if (range.value === offer.value) return 100 + range.value.length;
  if (offer.value.startsWith(`${range.value}-`)) return 50 + range.value.length;
  return range.value.startsWith(`${offer.value}-`) ? offer.value.length : undefined;
};

function parse(header: string): readonly Range[] {
  const ranges: Range[] = [];
  for (const text of splitOutsideQuotes(header, ",")) {
    const { value, params } = parseItem(text);
    const weight = weightOf(params.get("q"));
    if (value === "" || weight === undefined) continue;
    ranges.push({ value, params: new Map([...params].filter(([name]) => name !== "q")), weight });
  }
  return ranges;
}

/** RFC 9110 §12.4.2, and `.2` as Java writes it; `undefined` for what is no weight, so that the range does not count. */
function weightOf(text: string | undefined): number | undefined {
  if (text === undefined) return 1;
  return /^(?:0?\.\d{1,3}|0\.?|1(?:\.0{0,3})?)$/.test(text) ? Number(text) : undefined;
}

function parseItem(text: string): Offer {
  const [value = "", ...params] = splitOutsideQuotes(text, ";");
  return {
    value: value.trim().toLowerCase(),
    params: new Map(params.map(parseParam).filter((param) => param !== undefined)),
  };
}

function parseParam(text: string): readonly [string, string] | undefined {
  const equals = text.indexOf("=");
  if (equals < 0) return undefined;
  const value = text.slice(equals + 1).trim();
  return [text.slice(0, equals).trim().toLowerCase(), unquoted(value)];
}

/** The content of a quoted string (RFC 9110 §5.6.4), or the text itself. */
export function unquoted(text: string): string {
  if (text.length < 2 || !text.startsWith('"') || !text.endsWith('"')) return text;
  return text.slice(1, -1).replaceAll(/\\(.)/g, "$1");
}

/** The parts of a header between separators; those within quoted strings do not count. */
export function splitOutsideQuotes(text: string, separator: "," | ";"): string[] {
  if (!text.includes('"')) return text.split(separator);
  const parts: string[] = [];
  let begin = 0;
  let isQuoted = false;
  for (let i = 0; i < text.length; i++) {
    const character = text[i];
    if (isQuoted && character === "\\") i += 1;
    else if (character === '"') isQuoted = !isQuoted;
    else if (!isQuoted && character === separator) {
      parts.push(text.slice(begin, i));
      begin = i + 1;
    }
  }
  parts.push(text.slice(begin));
  return parts;
}
