import { allCases } from "./all-cases.js";
import type { Service } from "./case.js";
import { BadUsage, parseCommand } from "./options.js";

/** What must run for a command line, besides what each case starts for itself; nothing where it makes no sense. */
export function servicesFor(args: readonly string[]): ReadonlySet<Service> {
  try {
    const command = parseCommand(args, allCases);
    return new Set("cases" in command ? command.cases.flatMap(({ needs = [] }) => needs) : []);
  } catch (error) {
    // The run says what is wrong with it.
    if (error instanceof BadUsage) return new Set();
    throw error;
  }
}
