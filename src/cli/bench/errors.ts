import { defineError } from "../../core/index.js";

/** `hotclub bench` is asked for a route, a socket or a task that the project does not have. The message lists what there is. */
export class BenchTargetMissing extends defineError({
  code: "CLI_BENCH_TARGET_MISSING",
  message: (p: { kind: string; wanted: string; known: readonly string[] }) =>
    `The project has no ${p.kind} ${p.wanted}. ${p.known.length === 0 ? "It has none." : `There are: ${p.known.join(", ")}.`}`,
}) {}

/** What `hotclub bench` is to measure does not answer as it would to a visitor. The message says how, and what helps. */
export class BenchTargetRefuses extends defineError({
  code: "CLI_BENCH_TARGET_REFUSES",
  message: (p: { target: string; problem: string }) => `${p.target} cannot be measured: ${p.problem}`,
}) {}

/** An option of `hotclub bench` makes no sense, or its file cannot be read. */
export class BenchOptionInvalid extends defineError({
  code: "CLI_BENCH_OPTION_INVALID",
  message: (p: { option: string; problem: string }) => `${p.option}: ${p.problem}`,
}) {}

/** A process that `hotclub bench` has started ended, or failed. It says why itself, in the lines before, or in this message. */
export class BenchProcessFailed extends defineError({
  code: "CLI_BENCH_PROCESS_FAILED",
  message: (p: { role: string; problem: string }) => `The ${p.role} of the bench has failed: ${p.problem}`,
}) {}
