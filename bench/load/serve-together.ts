import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

import type { Question } from "../announce.js";
import { ServerProcess } from "../server-process.js";

/**
 * Starts server files, each in a process of its own, as one server of a case: the runner is told the CPU time and the
 * memory of all. At the port that is announced, `portsOf` asks for theirs.
 */
export async function serveTogether(files: readonly URL[]): Promise<void> {
  const processes: ServerProcess[] = [];
  for (const file of files) processes.push(await ServerProcess.start(file.pathname));
  const total = async (ask: (one: ServerProcess) => Promise<number>): Promise<number> =>
    (await Promise.all(processes.map(ask))).reduce((sum, one) => sum + one, 0);
  const answer = async (question: Question): Promise<object> => {
    if (question === "cpu") return { cpu: { user: (await total((one) => one.cpuSeconds())) * 1e6, system: 0 } };
    if (question === "memory") return { memory: await total((one) => one.memory()) };
    // Of the first: they do the same, or it is the one that holds the sockets.
    const [first] = processes;
    await (question === "profile" ? first?.startProfile() : first?.endProfile(question.profileTo));
    return {};
  };
  process.on("message", (question: Question) => void answer(question).then((said) => process.send?.(said)));
  // They end with this one.
  process.on("disconnect", () => process.exit());
  const server = createServer((_request, response) => {
    response.end(JSON.stringify(processes.map(({ port }) => port)));
  });
  server.listen(0, "127.0.0.1", () => process.send?.({ port: (server.address() as AddressInfo).port }));
}

/** The ports of the processes of a server that was started together. */
export async function portsOf(port: number): Promise<readonly number[]> {
  return (await (await fetch(`http://127.0.0.1:${port}/`)).json()) as number[];
}
