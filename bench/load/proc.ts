import { readFileSync } from "node:fs";

/** Clock ticks of `/proc` in a second, on every Linux that Node.js runs on. */
const ticksPerSecond = 100;

/** Fields of `/proc/PID/stat`, counted from 0 after the name (proc_pid_stat(5) counts from 3). */
const own = [11, 12];
const ofChildren = [13, 14];

/** What a process and those that it started and that still run have used, in CPU seconds. Linux only. */
export function cpuSecondsOf(pid: number): number {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").split(" ").filter(Boolean).map(Number);
  return [pid, ...children].reduce((total, one) => total + secondsOf(one, own), 0);
}

/** What this process's children used that have ended, and theirs. Linux only. */
export function cpuSecondsOfEndedChildren(): number {
  return secondsOf("self", ofChildren);
}

function secondsOf(pid: number | "self", which: readonly number[]): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8")
    .replace(/^.*\) /s, "")
    .split(" ");
  return which.reduce((total, field) => total + Number(fields[field]), 0) / ticksPerSecond;
}
