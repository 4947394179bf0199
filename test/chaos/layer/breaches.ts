import { type Load, roomOf } from "./chaos.js";
import type { Chatter } from "./chatter.js";

/** When it is looked. */
export interface Look extends Pick<Load, "clientsPerRoom"> {
  /** Whether nothing more comes: what is missing then is lost. */
  readonly isOver: boolean;
}

/** What was promised and did not hold, a sentence for each listener and sender, where Redis keeps its data. */
export function breachesOf(
  chatters: readonly Pick<Chatter, "name" | "sent" | "heard" | "overheard" | "told">[],
  { clientsPerRoom, isOver }: Look,
): string[] {
  const rooms = new Map<string, (typeof chatters)[number][]>();
  for (const [n, chatter] of chatters.entries()) {
    const name = roomOf(n, { clientsPerRoom });
    rooms.set(name, [...(rooms.get(name) ?? []), chatter]);
  }
  return [...rooms.values()].flatMap((room) =>
    room.flatMap((listener) => [
      ...(listener.told > 0 ? [`${listener.name} was told that it missed something`] : []),
      ...room.flatMap((sender) => [
        ...disorders(listener.name, sender.name, listener.heard.get(sender.name) ?? []),
        ...disorders(listener.name, sender.name, listener.overheard.get(sender.name) ?? []),
        ...(isOver && listener.told === 0 ? missing(listener, sender) : []),
      ]),
    ]),
  );
}

function disorders(listener: string, sender: string, numbers: readonly number[]): string[] {
  const seen = new Set<number>();
  const found: string[] = [];
  for (const [i, number] of numbers.entries()) {
    const before = numbers[i - 1] ?? 0;
    if (seen.has(number)) found.push(`${listener} heard ${number} of ${sender} twice`);
    else if (number < before) found.push(`${listener} heard ${number} of ${sender} after ${before}`);
    seen.add(number);
  }
  return found;
}

function missing({ name, heard }: Pick<Chatter, "name" | "heard">, sender: Pick<Chatter, "name" | "sent">): string[] {
  const came = new Set(heard.get(sender.name));
  const lost = Array.from({ length: sender.sent }, (_, i) => i + 1).filter((n) => !came.has(n));
  return lost.length === 0
    ? []
    : [
        `${name} never heard ${lost.slice(0, 5).join(", ")}${lost.length > 5 ? ` and ${lost.length - 5} more` : ""} of ${sender.name}`,
      ];
}
