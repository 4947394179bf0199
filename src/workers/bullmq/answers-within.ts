/** Into how many turns a limit is divided. */
const turns = 10;

/**
 * Whether `work` settles within `timeoutMs` in which this process could have heard of it. While a process is busy (as it
 * is when it starts, and loads its code) answers wait unread, and say nothing of who gave them: each turn of the wait
 * counts for a tenth of the limit, however long it took.
 */
export async function answersWithin(work: Promise<unknown>, timeoutMs: number): Promise<boolean> {
  let isSettled = false;
  let timer: NodeJS.Timeout | undefined;
  let wake = (): void => {};
  const settle = (): void => {
    isSettled = true;
    clearTimeout(timer);
    wake();
  };
  work.then(settle, settle);
  for (let turn = 0; turn < turns; turn++) {
    await new Promise<void>((resolve) => {
      wake = resolve;
      timer = setTimeout(resolve, timeoutMs / turns);
    });
    if (isSettled) return true;
  }
  return false;
}
