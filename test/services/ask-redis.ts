import { createConnection } from "node:net";

/** Answers the PING that is sent behind each command, so that its end is known. */
const pong = "+PONG\r\n";

/** Sends one command to the Redis at `port` and gives its whole answer, as it came over the wire. */
export function askRedis(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = createConnection(port, "127.0.0.1");
    let answer = "";
    socket.setEncoding("utf8");
    socket.on("data", (piece: string) => {
      answer += piece;
      if (!answer.endsWith(pong)) return;
      socket.destroy();
      resolve(answer.slice(0, -pong.length));
    });
    socket.once("error", reject);
    socket.once("close", () => reject(new Error(`The Redis at ${port} closed the connection.`)));
    socket.write(`${command}\r\nPING\r\n`);
  });
}

/** Asks again until the answer is as it should be. */
export async function untilRedisAnswers(
  port: number,
  command: string,
  isRight: (answer: string) => boolean,
): Promise<void> {
  let answer = "";
  for (const end = performance.now() + 20_000; performance.now() < end;) {
    answer = await askRedis(port, command);
    if (isRight(answer)) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`The Redis at ${port} still answers ${JSON.stringify(answer)} to ${command}.`);
}
