import { spawn } from "node:child_process";

import { findInPath, findOrInstall, type Requirement } from "./install.js";
import { pythonWith } from "./python.js";

/** Clients that nobody here wrote. */
export const curl: Requirement = {
  title: "curl",
  debianPackage: "curl",
  variable: "CURL_PATH",
  find: () => findInPath("curl"),
};

export const wrk: Requirement = {
  title: "wrk",
  debianPackage: "wrk",
  variable: "WRK_PATH",
  find: () => findInPath("wrk"),
};

export const pythonWebSockets = pythonWith(["websockets"], "python3-websockets");

export const pythonRedis = pythonWith(["redis"], "python3-redis");

/** The path of a client: what its variable says, or where it is, after installing it where that is needed. */
export async function pathOf(requirement: Requirement): Promise<string> {
  return process.env[requirement.variable] ?? (await findOrInstall(requirement));
}

/** What a program printed. */
export interface ToolOutcome {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs a program to its end. */
export function runTool(command: string, args: readonly string[], input = ""): Promise<ToolOutcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: ["pipe", "pipe", "pipe"] });
    let output = "";
    let errors = "";
    child.stdout.setEncoding("latin1").on("data", (text: string) => (output += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text));
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output, errors }));
  });
}
