/** A part of a body, in bytes: the first and the last, counted from 0. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

/** More ranges than these are no reader's wish; such a header does not count (RFC 9110 §14.2). */
const maxRanges = 16;

/** Two ranges with less than this between them cost more apart than together. */
const smallestGap = 80;

/**
 * The parts of a body of `size` bytes that a `Range` header asks for, in its order, those that overlap or nearly touch
 * joined. `undefined`: the header does not count, so the whole body is due. Empty: none of them is there, 416.
 */
export function selectRanges(header: string, size: number): readonly ByteRange[] | undefined {
  const set = /^bytes=(.*)$/i.exec(header)?.[1];
  if (set === undefined) return undefined;
  const specs = set
    .split(",")
    .map((spec) => spec.trim())
    .filter((spec) => spec !== "");
  if (specs.length === 0 || specs.length > maxRanges) return undefined;
  const selected: ByteRange[] = [];
  for (const spec of specs) {
    const match = /^(\d{0,18})-(\d{0,18})$/.exec(spec);
    if (match === null) return undefined;
    const [, first = "", last = ""] = match;
    if (first === "" && last === "") return undefined;
    if (first !== "" && last !== "" && Number(last) < Number(first)) return undefined;
    const range = rangeOf(first, last, size);
    if (range !== undefined) selected.push(range);
  }
  // What asks for the end of nothing is there, though no range can say so.
  if (size === 0 && specs.some((spec) => spec.startsWith("-") && Number(spec) < 0)) return undefined;
  return joined(selected);
}

function rangeOf(first: string, last: string, size: number): ByteRange | undefined {
  if (size === 0) return undefined;
  if (first === "") {
    const length = Number(last);
    return length === 0 ? undefined : { first: Math.max(0, size - length), last: size - 1 };
  }
  if (Number(first) >= size) return undefined;
  return { first: Number(first), last: last === "" ? size - 1 : Math.min(Number(last), size - 1) };
}

function joined(ranges: readonly ByteRange[]): readonly ByteRange[] {
  const result: ByteRange[] = [];
  for (const range of ranges) {
    let whole = range;
    let place = result.length;
    // What is joined may touch others in turn.
    for (let index = touching(result, whole); index >= 0; index = touching(result, whole)) {
      const [other = whole] = result.splice(index, 1);
      whole = { first: Math.min(whole.first, other.first), last: Math.max(whole.last, other.last) };
      place = Math.min(place, index);
    }
    result.splice(place, 0, whole);
  }
  return result;
}

function touching(ranges: readonly ByteRange[], one: ByteRange): number {
  return ranges.findIndex((other) => other.first <= one.last + smallestGap && one.first <= other.last + smallestGap);
}
