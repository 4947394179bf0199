import type { ListLinks } from "./list-state.js";

/** A link to a page of a list, or a gap between two. */
export interface PageLink {
  readonly label: string;
  readonly title?: string;
  readonly url?: string;
  readonly isCurrent?: boolean;
  readonly isGap?: boolean;
}

/** Links to the first pages, those around `page`, and the last ones; where more follow, to the next one. */
export function pageLinks(links: ListLinks, page: number, pages: number, isMore: boolean): readonly PageLink[] {
  const wanted = new Set([1, 2, page - 1, page, page + 1, ...(isMore ? [] : [pages - 1, pages])]);
  const shown = [...wanted].filter((number) => number >= 1 && (isMore || number <= pages)).sort((a, b) => a - b);
  const result: PageLink[] = [];
  let before = 0;
  for (const number of shown) {
    if (number > before + 1) result.push({ label: "…", isGap: true });
    before = number;
    const label = String(number);
    result.push(
      number === page ? { label, isCurrent: true } : { label, title: `Page ${label}`, url: links.change({ p: label }) },
    );
  }
  if (isMore) result.push({ label: "…", isGap: true });
  return result;
}
