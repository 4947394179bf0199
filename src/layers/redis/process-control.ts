import { randomUUID } from "node:crypto";

import type { LayerTally } from "../layer-counters.js";
import type { LayerReport, ProcessReport } from "../layer-report.js";
import type { LocalChannels } from "../local/local-channels.js";
import type { RedisBroker } from "./redis-broker.js";
import type { RedisKeys } from "./redis-keys.js";

/** How long processes may take to report. */
const reportMs = 1000;
const openingBrace = 0x7b;

/** What the processes of a layer ask of each other: to forget everything, and to say what they have and do. */
export class ProcessControl {
  readonly #broker: RedisBroker;
  readonly #keys: RedisKeys;
  readonly #local: LocalChannels;
  readonly #tally: LayerTally;
  /** Flushes that this process asked for, and what to call for each process that has done it. */
  readonly #flushes = new Map<string, () => void>();
  /** What to call with the reports that this process asked for. */
  readonly #reports = new Map<string, (report: ProcessReport) => void>();

  constructor(broker: RedisBroker, keys: RedisKeys, local: LocalChannels, tally: LayerTally) {
    this.#broker = broker;
    this.#keys = keys;
    this.#local = local;
    this.#tally = tally;
  }

  /** Has every process forget its messages and groups. Rejects with what `late` gives when not all have in time. */
  async flush(timeoutMs: number, late: (missing: number) => Error): Promise<void> {
    const id = randomUUID();
    let done = 0;
    let expected = Number.POSITIVE_INFINITY;
    const everyone = new Promise<void>((resolve, reject) => {
      const check = (): void => {
        if (done >= expected) resolve();
      };
      this.#flushes.set(id, () => {
        done++;
        check();
      });
      setTimeout(() => reject(late(expected - done)), timeoutMs).unref();
      this.#tellAll(`flush ${id}`).then((processes) => {
        expected = processes;
        check();
      }, reject);
    });
    await everyone.finally(() => this.#flushes.delete(id));
  }

  async inspect(): Promise<LayerReport> {
    const [processes, pending] = await Promise.all([this.#askProcesses(), this.#pendingChannels()]);
    return { processes, pending };
  }

  /** Takes what came over the channel that all processes hear. */
  receive(text: string): void {
    const [verb, id = "", from = ""] = text.split(" ");
    if (verb === "report") this.#report(id, from);
    if (verb === "flushed") this.#flushes.get(id)?.();
    if (verb !== "flush") return;
    this.#local.clear();
    this.#tellAll(`flushed ${id}`).catch(() => {});
  }

  /** Takes a report, if `payload` is one. No channel is called so. */
  receiveReport(payload: Buffer): boolean {
    if (payload[0] !== openingBrace) return false;
    try {
      const answer = JSON.parse(payload.toString()) as { readonly id: string; readonly report: ProcessReport };
      this.#reports.get(answer.id)?.(answer.report);
    } catch {
      this.#tally.drop("droppedInvalid", {});
    }
    return true;
  }

  async #askProcesses(): Promise<ProcessReport[]> {
    const id = randomUUID();
    const reports: ProcessReport[] = [];
    let stop = (): void => {};
    const late = new Promise<void>((resolve) => (stop = resolve));
    let expected = Number.POSITIVE_INFINITY;
    this.#reports.set(id, (report) => {
      reports.push(report);
      if (reports.length >= expected) stop();
    });
    const timer = setTimeout(stop, reportMs);
    try {
      expected = await this.#tellAll(`report ${id} ${this.#local.processId}`);
      if (reports.length < expected) await late;
    } finally {
      clearTimeout(timer);
      this.#reports.delete(id);
    }
    return reports.sort((a, b) => (a.processId < b.processId ? -1 : 1));
  }

  async #pendingChannels(): Promise<{ channel: string; messages: number }[]> {
    const found = await this.#broker.runOnAll(async (link) => {
      const pending: { channel: string; messages: number }[] = [];
      for await (const keys of link.scan(this.#keys.channel("*").list)) {
        for (const key of keys) {
          const channel = key.slice(key.indexOf("{") + 1, -1);
          pending.push({ channel, messages: await link.length(key) });
        }
      }
      return pending;
    });
    return found.flat();
  }

  #report(id: string, processId: string): void {
    const to = this.#keys.process(processId);
    const text = JSON.stringify({ id, report: this.#local.report() });
    this.#broker.run(to, (link) => link.publish(to, text)).catch(() => {});
  }

  /** Gives `text` to every process. Resolves with how many there are. */
  #tellAll(text: string): Promise<number> {
    return this.#broker.run(this.#keys.control, (link) => link.publish(this.#keys.control, text));
  }
}
