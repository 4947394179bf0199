import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

import { defineConfig } from "vitest/config";

const source = fileURLToPath(new URL("./src", import.meta.url));

export default defineConfig({
  resolve: {
    // Tests read the sources, not the build; processes that tests start (`hotclub serve`) run the build.
    alias: [
      { find: /^hotclub$/, replacement: `${source}/index.ts` },
      { find: /^hotclub\/([a-z-]+)$/, replacement: `${source}/$1/index.ts` },
    ],
  },
  test: {
    include: ["test/**/*.test.ts"],
    // The native WebSocket server must not be loaded into a worker thread.
    pool: "forks",
    globalSetup: ["test/services/global-setup.ts"],
    setupFiles: ["test/silent-log.ts"],
    // Many files wait for clocks and processes most of their time, so even two cores serve two of them.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // What hangs is told apart from what is slow on a busy machine; nothing is measured by these.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
    env: { HOTCLUB_TEST_TIMEOUT_MS: "30000" },
  },
});
