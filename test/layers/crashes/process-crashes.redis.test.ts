import * as fc from "fast-check";
import type { GroupPosition } from "hotclub/layers";
import { afterAll, beforeAll, expect, test } from "vitest";

import { redisUrl } from "../../services/index.js";
import { ProcessSite } from "./process-site.js";
import { type Given, isKept, LayerSite, type Site } from "./site.js";

// `LAYER_CRASHES=200` for the long form: so many runs, each site a process of its own.
const longForm = Number(process.env["LAYER_CRASHES"] ?? 0);
const groups = ["kept", "passing"] as const;
const siteCount = 3;

const step = fc.oneof(
  { weight: 10, arbitrary: fc.record({ kind: fc.constant("send" as const), at: fc.nat(2), who: fc.nat(5) }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant("join" as const), at: fc.nat(2), who: fc.nat(5) }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant("leave" as const), at: fc.nat(2), who: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("cut" as const), at: fc.nat(2), who: fc.nat(5) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("crash" as const), at: fc.nat(2), who: fc.nat(5) }) },
);

interface Step {
  readonly kind: "send" | "join" | "leave" | "cut" | "crash";
  readonly at: number;
  readonly who: number;
}

/** A member for as long as it is there: what it must be given, what it may, and nothing else. */
interface Membership {
  readonly who: number;
  readonly group: string;
  readonly at: number;
  readonly name: string;
  /** What this person has had before. */
  readonly before: readonly number[];
  /** What must be given to it, in this order... */
  readonly must: number[];
  /** ...and what may be: sent by somebody who died, or while its line was cut. */
  readonly may: Set<number>;
}

let url = "";
const sites: Site[] = [];

beforeAll(async () => {
  url = await redisUrl();
});
afterAll(async () => {
  await Promise.all(sites.map((site) => site.crash()));
});

/** The last of the sites is a process; in the long form all are. */
function open(at: number, prefix: string): Promise<Site> {
  return at === siteCount - 1 || longForm > 0 ? ProcessSite.start(url, prefix) : LayerSite.open(url, prefix);
}

/**
 * Six people come and go at three sites; the even ones want the group with history, and say where they were when they
 * come back.
 */
class Model {
  readonly #prefix: string;
  readonly #members = new Map<number, Membership>();
  readonly #positions = new Map<number, GroupPosition>();
  /** What people with history have had, over all their memberships. */
  readonly #had = new Map<number, number[]>();
  /** All that was sent to the group with history for sure, in order, and what may have been. */
  readonly #kept: number[] = [];
  readonly #maybeKept = new Set<number>();
  /** For each site, what was sent to the group without history since somebody there was seen to have had everything. */
  readonly #onTheWay = new Map<number, number[]>();
  #last = 0;

  constructor(prefix: string) {
    this.#prefix = prefix;
  }

  async join(at: number, who: number): Promise<void> {
    if (this.#members.has(who)) return;
    const group = groups[who % 2] ?? "kept";
    const joined = await sites[at]?.join(group, this.#positions.get(who));
    if (joined === undefined) return;
    const { name, position } = joined;
    if (position !== undefined) this.#positions.set(who, position);
    // Who comes for the first time is given what comes from then on.
    if (isKept(group) && !this.#had.has(who)) this.#had.set(who, this.#kept.slice());
    const before = this.#had.get(who) ?? [];
    // What was published a moment ago may come only now, and is given to whoever is there then.
    const may = new Set(isKept(group) ? [] : this.#onTheWay.get(at));
    this.#members.set(who, { who, group, at, name, before, must: [], may });
  }

  async leave(who: number): Promise<void> {
    const member = this.#members.get(who);
    if (member === undefined) return;
    await this.#meet([member]);
    await sites[member.at]?.leave(member.name);
    this.#members.delete(who);
  }

  /** `isSureAt`: whether a site hears of it for sure. */
  async send(at: number, group: string, isSureAt: (site: number) => boolean = () => true): Promise<void> {
    const n = ++this.#last;
    const isSure = (await sites[at]?.send(group, n)) === true;
    if (isKept(group)) {
      if (isSure) this.#kept.push(n);
      else this.#maybeKept.add(n);
    } else for (const site of sites.keys()) this.#onTheWay.set(site, [...(this.#onTheWay.get(site) ?? []), n]);
    for (const member of this.#members.values()) {
      if (member.group !== group) continue;
      if (isSure && (isKept(group) || isSureAt(member.at))) member.must.push(n);
      else member.may.add(n);
    }
  }

  async cut(at: number): Promise<void> {
    const isCut = sites[at]?.cut();
    for (const group of groups) await this.send((at + 1) % siteCount, group, (site) => site !== at);
    await isCut;
  }

  /** A site dies while it sends. */
  async crash(at: number): Promise<void> {
    const site = sites[at];
    if (site === undefined) return;
    const sending = groups.map((group) => this.send(at, group));
    const given = await site.crash();
    await Promise.all(sending);
    for (const member of [...this.#members.values()].filter((one) => one.at === at)) {
      this.#members.delete(member.who);
      const had = given.get(member.name);
      // Of a process that was killed nobody knows what its members had; they come back to where they were last seen.
      if (had !== undefined) this.#judge(member, had, false);
    }
    sites[at] = await open(at, this.#prefix);
  }

  /** Whoever is there has had everything; whoever is not comes once more. */
  async end(): Promise<void> {
    await this.#meet([...this.#members.values()]);
    for (const who of this.#had.keys()) {
      await this.join(0, who);
      await this.leave(who);
      const had = this.#had.get(who) ?? [];
      expect(
        had.filter((n) => !this.#maybeKept.has(n)),
        `what ${who} has had`,
      ).toEqual(this.#kept);
      expect(had).toEqual([...new Set(had)]);
    }
    for (const who of this.#members.keys()) await this.leave(who);
  }

  /** Sends something to the groups of `members` and waits until each has it: then it has what came before, too. */
  async #meet(members: readonly Membership[]): Promise<void> {
    for (const group of new Set(members.map((member) => member.group))) {
      const sure = this.#last + 1;
      await this.send(0, group);
      for (const member of members.filter((one) => one.group === group)) {
        const given = await sites[member.at]?.given(member.name, sure);
        if (given === undefined) continue;
        this.#judge(member, given, true);
        if (!isKept(group)) this.#onTheWay.set(member.at, []);
      }
    }
  }

  #judge(member: Membership, { numbers, position }: Given, isWhole: boolean): void {
    const { who, group, before, must, may } = member;
    expect(numbers, `what ${who} was given in ${group}`).toEqual([...new Set(numbers)]);
    if (isKept(group)) {
      this.#had.set(who, [...before, ...numbers]);
      if (position !== undefined) this.#positions.set(who, position);
      return;
    }
    const sure = numbers.filter((n) => !may.has(n));
    expect(sure).toEqual(isWhole ? must : must.slice(0, sure.length));
  }
}

/** One run of the model, on new sites. */
async function follows(steps: readonly Step[], prefix: string): Promise<void> {
  await Promise.all(sites.splice(0).map((site) => site.crash()));
  sites.push(...(await Promise.all([0, 1, 2].map((at) => open(at, prefix)))));
  const model = new Model(prefix);
  for (const { kind, at, who } of steps) {
    if (kind === "join") await model.join(at, who);
    else if (kind === "leave") await model.leave(who);
    else if (kind === "send") await model.send(at, groups[who % 2] ?? "kept");
    else if (kind === "cut") await model.cut(at);
    else await model.crash(at);
  }
  await model.end();
}

test(
  "property: after any joins, leaves, sends, cut lines and crashes of processes, everybody was given what a simple model says",
  async () => {
    const steps = fc.array(step, { minLength: 10, maxLength: longForm > 0 ? 80 : 30 });
    let run = 0;
    const property = fc.asyncProperty(steps, (taken) => follows(taken, `crashes-${process.pid}-${run++}`));
    const outcome = await fc.check(property, { numRuns: longForm > 0 ? longForm : 3, endOnFailure: true });
    expect(outcome.failed ? fc.defaultReportMessage(outcome) : "").toBe("");
  },
  longForm > 0 ? 3_600_000 : 120_000,
);
