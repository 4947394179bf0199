import type { GroupPosition } from "../layers/index.js";
import { resumeParameter } from "../protocol/index.js";

/** More groups than one socket ever joins. */
const maxPositions = 200;

/**
 * Where a client that comes back says it was, by the names of its groups. What is not readable is left out: then the
 * client starts anew there.
 */
export function readResumePositions(queryString: string): ReadonlyMap<string, GroupPosition> {
  if (!queryString.includes(resumeParameter)) return new Map();
  return parsePositions(new URLSearchParams(queryString).get(resumeParameter) ?? "");
}

/** The positions in a text of `formatPositions`. What is not readable is left out. */
export function parsePositions(text: string): ReadonlyMap<string, GroupPosition> {
  const positions = new Map<string, GroupPosition>();
  for (const part of text.split(",", maxPositions)) {
    const [, group, epoch, offset] = /^([\w.-]{1,99}):([\w-]{1,40}):(\d{1,15})$/.exec(part) ?? [];
    if (group !== undefined && epoch !== undefined) positions.set(group, { epoch, offset: Number(offset) });
  }
  return positions;
}

/** Positions in the histories of groups as one text, as clients give them back: `group:epoch:offset`, by commas. */
export function formatPositions(positions: ReadonlyMap<string, GroupPosition>): string {
  return [...positions].map(([group, { epoch, offset }]) => `${group}:${epoch}:${offset}`).join(",");
}
