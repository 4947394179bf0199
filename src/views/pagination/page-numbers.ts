/** What stands for pages that are left out. */
export const ellipsis = "…";

/** Options of `pageNumbers`. */
export interface PageNumbersOptions {
  /** How many numbers stand before and after that of the page. Default 3. */
  readonly onEachSide?: number;
  /** How many stand at both ends. Default 2. */
  readonly onEnds?: number;
}

/** The numbers of pages to offer beside page `number`; an ellipsis stands for two or more that are left out. */
export function pageNumbers(
  number: number,
  pageCount: number,
  { onEachSide = 3, onEnds = 2 }: PageNumbersOptions = {},
): readonly (number | typeof ellipsis)[] {
  const numbers: (number | typeof ellipsis)[] = [];
  const from = number - onEachSide;
  const to = number + onEachSide;
  let last = 0;
  const add = (first: number, end: number): void => {
    const begin = Math.max(first, last + 1);
    const until = Math.min(end, pageCount);
    if (begin > until) return;
    // One number takes no more room than what would stand for it.
    if (begin === last + 2) numbers.push(last + 1);
    else if (begin > last + 1) numbers.push(ellipsis);
    for (let one = begin; one <= until; one++) numbers.push(one);
    last = until;
  };
  add(1, onEnds);
  add(from, to);
  add(pageCount - onEnds + 1, pageCount);
  if (last < pageCount && pageCount > 0) numbers.push(ellipsis);
  return numbers;
}
