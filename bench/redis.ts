import { spawn } from "node:child_process";
import { createServer } from "node:net";

/** Starts a Redis for one server of a case, which ends with it. Gives its URL. */
export async function startRedis(): Promise<string> {
  const port = await new Promise<number>((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const { port: free } = probe.address() as { port: number };
      probe.close(() => resolve(free));
    });
  });
  const child = spawn("redis-server", ["--port", String(port), "--save", "", "--bind", "127.0.0.1"], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  process.on("exit", () => child.kill("SIGKILL"));
  await new Promise<void>((resolve, reject) => {
    child.once("error", () => reject(new Error("This case needs redis-server in PATH.")));
    child.stdout.on("data", (piece: Buffer) => {
      if (piece.toString().includes("Ready to accept connections")) resolve();
    });
  });
  return `redis://127.0.0.1:${port}`;
}
