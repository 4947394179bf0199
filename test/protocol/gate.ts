/** A promise that a test settles when it likes. */
export interface Gate {
  readonly passed: Promise<void>;
  readonly open: () => void;
}

/** Makes one. */
export function gate(): Gate {
  const opens: (() => void)[] = [];
  const passed = new Promise<void>((resolve) => opens.push(resolve));
  return { passed, open: () => opens[0]?.() };
}
