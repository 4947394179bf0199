import fc from "fast-check";
import { ellipsis, PageInvalid, pageNumbers, Paginator } from "hotclub/views";
import { describe, expect, it } from "vitest";

const list = (count: number): number[] => Array.from({ length: count }, (_one, index) => index);

describe("a paginator", () => {
  it("shows every row once, in order, whatever the size and the orphans", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(60), fc.integer({ min: 1, max: 20 }), fc.nat(25), async (count, perPage, orphans) => {
        const paginator = new Paginator(list(count), perPage, { orphans });
        const pages = await paginator.pageCount();
        const seen: number[] = [];
        for (let number = 1; number <= pages; number++) {
          const page = await paginator.page(number);
          expect(page.hasNext).toBe(number < pages);
          if (page.items.length > 0) expect(page.startIndex).toBe((page.items[0] ?? 0) + 1);
          if (number < pages) expect(page.items).toHaveLength(perPage);
          expect(page.items.length).toBeLessThanOrEqual(perPage + orphans);
          seen.push(...page);
        }
        expect(seen).toEqual(list(count));
      }),
    );
  });

  it("counts once, and only when somebody wants to know", async () => {
    let counted = 0;
    const rows = {
      slice: async (start: number, end?: number) => list(10).slice(start, end),
      async count() {
        counted += 1;
        return 10;
      },
    };
    const paginator = new Paginator(rows, 3);
    expect(counted).toBe(0);
    await Promise.all([paginator.page(1), paginator.page(4), paginator.count()]);
    expect(counted).toBe(1);
  });

  it("refuses numbers of pages that there are not, or takes the nearest", async () => {
    const paginator = new Paginator(list(5), 2);
    for (const wrong of ["x", "0", 4, "1.5", "1e3", {}]) {
      await expect(paginator.page(wrong)).rejects.toThrow(PageInvalid);
    }
    expect((await paginator.getPage("x")).number).toBe(1);
    expect((await paginator.getPage(99)).number).toBe(3);
    expect((await paginator.getPage(undefined)).number).toBe(1);
    await expect(new Paginator([], 2, { allowEmptyFirstPage: false }).page(1)).rejects.toThrow(PageInvalid);
    expect((await new Paginator([], 2).page(1)).items).toEqual([]);
    expect(() => new Paginator([], 0)).toThrow(RangeError);
  });
});

describe("the numbers of pages", () => {
  it("leave out the middle", () => {
    expect(pageNumbers(1, 3)).toEqual([1, 2, 3]);
    expect(pageNumbers(10, 20)).toEqual([1, 2, ellipsis, 7, 8, 9, 10, 11, 12, 13, ellipsis, 19, 20]);
    expect(pageNumbers(1, 20)).toEqual([1, 2, 3, 4, ellipsis, 19, 20]);
    // What would stand for one number is that number.
    expect(pageNumbers(7, 20)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, ellipsis, 19, 20]);
  });

  it("grow, have that of the page, and the ends", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 500 }),
        fc.nat(500),
        fc.nat(5),
        fc.nat(5),
        (pages, at, onEachSide, onEnds) => {
          const number = 1 + (at % pages);
          const numbers = pageNumbers(number, pages, { onEachSide, onEnds });
          const plain = numbers.filter((one) => one !== ellipsis);
          expect(plain).toEqual([...new Set(plain)].sort((one, other) => one - other));
          expect(plain).toContain(number);
          if (onEnds > 0) expect([plain[0], plain.at(-1)]).toEqual([1, pages]);
          expect(numbers.length).toBeLessThanOrEqual(2 * onEachSide + 2 * onEnds + 5);
        },
      ),
    );
  });
});
