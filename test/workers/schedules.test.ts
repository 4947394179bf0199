import {
  ImmediateTaskBackend,
  runWorker,
  schedule,
  type Schedule,
  task,
  taskBackends,
  type Worker,
} from "hotclub/workers";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";

const daily = task("daily", {}, async (_run, args?: string) => void seen.push(args ?? "no arguments"));
const seen: string[] = [];
const workers: Worker[] = [];

beforeEach(() => {
  seen.length = 0;
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"], now: new Date("2027-01-01T00:00:30Z") });
  taskBackends.set("default", new ImmediateTaskBackend());
});

afterEach(async () => {
  vi.useRealTimers();
  for (const worker of workers.splice(0)) await worker.close({ timeoutMs: 100 });
  await taskBackends.closeAll();
});

async function work(...schedules: Schedule[]): Promise<Worker> {
  const worker = await runWorker({ tasks: [daily], schedules });
  workers.push(worker);
  await settle();
  return worker;
}

/** Lets what is due happen; of the event loop's turns nothing is faked. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate);
}

async function pass(ms: number): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
  await settle();
}

/** The first times of a schedule after a moment, as ISO without the year, seconds and zone. */
function times(cron: string, timeZone: string, after: string, count: number): string[] {
  const { timetable } = schedule("any", { cron, timeZone }, daily);
  const found: string[] = [];
  let at = Date.parse(after);
  for (let n = 0; n < count; n += 1) {
    at = timetable.next(at) ?? Number.NaN;
    found.push(new Date(at).toISOString().slice(5, 16));
  }
  return found;
}

describe("a schedule", () => {
  test("fires its task at each of its times, with the arguments of that firing", async () => {
    await work(schedule("hourly", { cron: "0 * * * *", args: ({ at }) => at.toISOString() }, daily));
    expect(seen).toEqual([]);
    await pass(3_570_000 - 1);
    expect(seen).toEqual([]);
    await pass(1);
    await pass(2 * 3_600_000);
    expect(seen).toEqual(["2027-01-01T01:00:00.000Z", "2027-01-01T02:00:00.000Z", "2027-01-01T03:00:00.000Z"]);
  });

  test("by an interval fires at its multiples, the same for every process", async () => {
    await work(schedule("pulse", { everyMs: 60_000 }, daily));
    await pass(30_000);
    expect(seen).toHaveLength(1);
    await pass(120_000);
    expect(seen).toHaveLength(3);
  });

  test("fires once, however many workers look after it", async () => {
    const hourly = schedule("hourly", { cron: "0 * * * *" }, daily);
    for (let n = 0; n < 5; n += 1) await work(hourly);
    await pass(3 * 3_600_000);
    expect(seen).toHaveLength(3);
  });

  test("fires no more when its worker is closed", async () => {
    const worker = await work(schedule("hourly", { cron: "0 * * * *" }, daily));
    await worker.close();
    await pass(3_600_000);
    expect(seen).toEqual([]);
  });
});

describe("firings that no worker was there for", () => {
  const away = 5 * 3_600_000;

  test.each([
    ["once", ["2027-01-01T05:00:00.000Z"]],
    ["skip", []],
    ["all", [1, 2, 3, 4, 5].map((hour) => `2027-01-01T0${hour}:00:00.000Z`)],
  ] as const)("happen as the policy %s says, and then all goes on", async (missed, expected) => {
    const hourly = schedule("hourly", { cron: "0 * * * *", missed, args: ({ at }) => at.toISOString() }, daily);
    const first = await work(hourly);
    await first.close();
    vi.setSystemTime(Date.now() + away + 600_000);
    await work(hourly);
    await settle();
    expect(seen).toEqual(expected);
    await pass(3_600_000);
    expect(seen).toEqual([...expected, "2027-01-01T06:00:00.000Z"]);
  });

  test("are none where the schedule is new", async () => {
    await work(schedule("new", { cron: "* * * * *", missed: "all" }, daily));
    expect(seen).toEqual([]);
  });
});

describe("a schedule on days on which clocks change", () => {
  test.each([
    ["Europe/Berlin", "30 2 * * *", "2027-03-27T12:00Z", ["03-28T01:00", "03-29T00:30", "03-30T00:30"]],
    ["America/New_York", "30 2 * * *", "2027-03-13T12:00Z", ["03-14T07:00", "03-15T06:30", "03-16T06:30"]],
    ["America/Sao_Paulo", "0 0 * * *", "2018-11-03T12:00Z", ["11-04T03:00", "11-05T02:00", "11-06T02:00"]],
    ["Australia/Lord_Howe", "15 2 * * *", "2027-10-01T18:00Z", ["10-02T15:30", "10-03T15:15", "10-04T15:15"]],
  ])("in %s fires once where the clocks skip its hour, at the end of the gap", (zone, cron, after, expected) => {
    expect(times(cron, zone, after, 3)).toEqual(expected);
  });

  test.each([
    ["Europe/Berlin", "30 2 * * *", "2027-10-30T12:00Z", ["10-31T00:30", "11-01T01:30"]],
    ["America/New_York", "30 1 * * *", "2027-11-06T12:00Z", ["11-07T05:30", "11-08T06:30"]],
    ["Australia/Lord_Howe", "45 1 * * *", "2027-04-03T00:00Z", ["04-03T14:45", "04-04T15:15"]],
  ])("in %s fires once where an hour comes twice, in the first", (zone, cron, after, expected) => {
    expect(times(cron, zone, after, 2)).toEqual(expected);
  });

  test("each hour means each hour that passes", () => {
    const hours = ["10-30T23:15", "10-31T00:15", "10-31T01:15", "10-31T02:15"];
    expect(times("15 * * * *", "Europe/Berlin", "2027-10-30T22:20Z", 4)).toEqual(hours);
    const spring = ["03-28T00:15", "03-28T01:15", "03-28T02:15"];
    expect(times("15 * * * *", "Europe/Berlin", "2027-03-27T23:20Z", 3)).toEqual(spring);
  });
});

describe("a schedule that cannot be", () => {
  test.each([
    [{ cron: "61 * * * *" }, "has a time that cannot be read"],
    [{ cron: "* * * * *", timeZone: "Mars/Olympus" }, "Mars/Olympus"],
    [{}, "needs cron or everyMs"],
    [{ everyMs: 10 }, "whole number from 1000"],
    [{ everyMs: 60_000, cron: "* * * * *" }, "excludes cron"],
  ])("is refused where it is declared: %o", (options, problem) => {
    expect(() => schedule("bad", options, daily)).toThrow(problem);
    expect(() => schedule("bad", options, daily)).toThrow(
      expect.objectContaining({ code: "WORKERS_SCHEDULE_INVALID" }),
    );
  });

  test("is refused by the worker: two of a name, or for a task that it does not have", async () => {
    const one = schedule("one", { everyMs: 1000 }, daily);
    const code = "WORKERS_OPTION_INVALID";
    await expect(runWorker({ tasks: [daily], schedules: [one, one] })).rejects.toMatchObject({ code });
    await expect(runWorker({ tasks: [], schedules: [one] })).rejects.toMatchObject({ code });
  });
});
