/** The slots that one node of a cluster holds, as CLUSTER SLOTS tells. */
export interface SlotRange {
  readonly first: number;
  readonly last: number;
  /** Empty where the cluster does not know it: then it is the host that was asked. */
  readonly host: string;
  readonly port: number;
}

/** Reads the answer to CLUSTER SLOTS: the masters and their slots. Replicas are left out. */
export function readSlotRanges(answer: unknown): SlotRange[] {
  if (!Array.isArray(answer)) return [];
  return answer.map((entry: unknown) => {
    const [first, last, [host, port]] = entry as [number, number, [string | null, number]];
    return { first, last, host: host === null || host === "?" ? "" : host, port };
  });
}
