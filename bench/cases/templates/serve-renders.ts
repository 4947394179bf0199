import { createServer } from "node:http";

import { listenAndAnnounce } from "../../load/listen.js";
import { repeat } from "../../load/rows.js";

/** Gives the page at `/`, and renders it for so many seconds at `/render`. */
export function serveRenders(render: () => string | Promise<string>): void {
  const once = async (): Promise<number> => {
    await render();
    return 1;
  };
  const answer = async (url: URL): Promise<string> => {
    if (url.pathname !== "/render") return render();
    return JSON.stringify(await repeat(Number(url.searchParams.get("seconds")), 1, once));
  };
  const server = createServer((request, response) => {
    answer(new URL(request.url ?? "/", "http://localhost")).then(
      (text) => response.end(text),
      (error: unknown) => response.writeHead(500).end(String((error as Error).stack)),
    );
  });
  listenAndAnnounce(server);
}
