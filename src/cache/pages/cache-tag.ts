import { createHash } from "node:crypto";

import type { TemplateTag } from "../../templates/index.js";
import type { Timeout } from "../cache.js";
import { caches } from "../caches.js";
import { CacheOptionInvalid } from "../errors.js";

/** The key of a fragment, to delete it by: `cache.delete(fragmentKey("sidebar", user.id))`. */
export function fragmentKey(name: string, ...varyOn: readonly unknown[]): string {
  const digest = createHash("sha256")
    .update(JSON.stringify(varyOn.map(String)))
    .digest("base64url");
  return `fragment:${name}:${digest}`;
}

/**
 * `{% cache 300 "sidebar" user.id %}…{% endcache %}` keeps a part of a page for so many seconds (or `"forever"`), once for
 * each of the values behind its name; `using="alias"` for another cache. What stands in it must be good for whoever gets it: no CSRF
 * token, no nonce.
 */
export const cacheTag: TemplateTag = {
  name: "cache",
  output: "html",
  hasBody: true,
  async render({ positional: [timeout, name, ...varyOn], named, body }) {
    if (typeof name !== "string" || name === "")
      throw new CacheOptionInvalid({
        option: "{% cache %}",
        problem: 'needs a timeout and a name: {% cache 300 "sidebar" %}',
      });
    const { using } = named;
    const cache = caches.require(typeof using === "string" ? using : undefined);
    const make = async (): Promise<string> => String(await body());
    return cache.getOrSet(fragmentKey(name, ...varyOn), make, { timeoutS: timeoutOf(timeout) });
  },
};

function timeoutOf(given: unknown): Timeout {
  return given === "forever" ? given : Number(given);
}
