/** The groups of the table, four routes each. */
export const groups: readonly string[] = Array.from({ length: 250 }, (_, index) => String(index).padStart(3, "0"));

/** What every server answers, always as long: the group, and what the path captured. */
export function answer(group: string, item = "---", comment = "---"): string {
  return `${group} ${item} ${comment}`;
}

/** A path of each kind for every seventh group, and what it is answered with. */
export const samples: readonly { readonly path: string; readonly body: string }[] = groups
  .filter((_, index) => index % 7 === 0)
  .flatMap((group) => [
    { path: `/group-${group}/`, body: answer(group) },
    { path: `/group-${group}/items/`, body: answer(group) },
    { path: `/group-${group}/items/123/`, body: answer(group, "123") },
    { path: `/group-${group}/items/123/comments/456/`, body: answer(group, "123", "456") },
  ]);
