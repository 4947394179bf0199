import { mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

import {
  ContentSecurityPolicyInvalid,
  cspNonce,
  http,
  HttpConsumer,
  securityHeaders,
  type SecurityHeadersOptions,
} from "hotclub/consumers";
import { TemplateEngine } from "hotclub/templates";
import { describe, expect, it } from "vitest";

import { site } from "./site.js";

class Plain extends HttpConsumer {
  get() {
    return this.text("plain");
  }
}
class Own extends HttpConsumer {
  get() {
    return this.text("own", {
      headers: { "x-frame-options": "SAMEORIGIN", "content-security-policy": "default-src *" },
    });
  }
}
class Without extends HttpConsumer {
  static exempt = ["security-headers"];
  get() {
    return this.text("without");
  }
}
class Scripted extends HttpConsumer {
  get() {
    return this.html(`<script nonce="${cspNonce(this.scope)}">go()</script>`);
  }
}
class Rendered extends HttpConsumer {
  get() {
    return this.render("page.liquid");
  }
}
const routes = [
  http("/", Plain),
  http("/own/", Own),
  http("/without/", Without),
  http("/script/", Scripted),
  http("/page/", Rendered),
];

const csp = "content-security-policy";
const ask = (options: SecurityHeadersOptions = {}, target = "/", isSecure = false) =>
  site([securityHeaders(options)], { routes }).ask("GET", target, { isSecure });

describe("security headers", () => {
  it("are strict unless a site says otherwise", async () => {
    const { headers } = await ask({}, "/", true);
    expect(Object.fromEntries(headers)).toEqual({
      "content-type": "text/plain; charset=utf-8",
      "x-content-type-options": "nosniff",
      "referrer-policy": "same-origin",
      "x-frame-options": "DENY",
      "cross-origin-opener-policy": "same-origin",
      "strict-transport-security": "max-age=31536000",
      [csp]:
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; " +
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'",
    });
  });

  it("speak of TLS only over TLS", async () => {
    expect((await ask()).header("strict-transport-security")).toBeUndefined();
    const options = { hstsSeconds: 60, hstsIncludeSubdomains: true, hstsPreload: true };
    expect((await ask(options, "/", true)).header("strict-transport-security")).toBe(
      "max-age=60; includeSubDomains; preload",
    );
    expect((await ask({ hstsSeconds: 0 }, "/", true)).header("strict-transport-security")).toBeUndefined();
  });

  it("of a response go before the site's, and a consumer may do without any", async () => {
    const own = await ask({}, "/own/");
    expect([own.header("x-frame-options"), own.header(csp)]).toEqual(["SAMEORIGIN", "default-src *"]);
    expect(own.headers.filter(([name]) => name === "x-frame-options")).toHaveLength(1);
    expect((await ask({}, "/without/")).headers).toHaveLength(1);
  });

  it("can each be left out or said otherwise", async () => {
    const none = {
      contentTypeNosniff: false,
      referrerPolicy: false,
      frameOptions: false,
      crossOriginOpenerPolicy: false,
      contentSecurityPolicy: false,
    } as const;
    expect((await ask(none)).headers).toHaveLength(1);
    const more = await ask({ permissionsPolicy: "camera=()", crossOriginResourcePolicy: "same-site" });
    expect([more.header("permissions-policy"), more.header("cross-origin-resource-policy")]).toEqual([
      "camera=()",
      "same-site",
    ]);
  });

  it("are there on answers that are no pages, too", async () => {
    expect((await ask({}, "/nowhere/")).header("x-content-type-options")).toBe("nosniff");
  });
});

describe("the Content-Security-Policy", () => {
  it("has a nonce for a page that asks for one, another each time, and none for other pages", async () => {
    const seen = new Set<string>();
    for (let i = 0; i < 3; i++) {
      const { text, header } = await ask({}, "/script/");
      const [, nonce = "none"] = /nonce="([\w-]{22})"/.exec(text) ?? [];
      expect(header(csp)).toContain(`script-src 'self' 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'`);
      seen.add(nonce);
    }
    expect(seen.size).toBe(3);
    expect((await ask()).header(csp)).not.toContain("nonce");
  });

  it("has the nonce that a template shows", async () => {
    const directory = await mkdtemp(join(tmpdir(), "csp-"));
    await writeFile(join(directory, "page.liquid"), '<script nonce="{{ cspNonce }}"></script>{{ cspNonce }}');
    const templates = new TemplateEngine({ directories: [directory] });
    const { text, header } = await site([securityHeaders()], { routes, templates }).ask("GET", "/page/");
    const [, first, second] = /nonce="([\w-]+)"><\/script>([\w-]+)$/.exec(text) ?? [];
    expect(first).toBe(second);
    expect(header(csp)).toContain(`'nonce-${first ?? "none"}'`);
  });

  it("may be written by directive, and tried without being enforced", async () => {
    const answer = await ask({
      contentSecurityPolicy: { "default-src": ["'none'"], "script-src": ["'self'", "https://cdn.example"] },
      contentSecurityPolicyReportOnly: "default-src 'self'; report-uri /csp/",
    });
    expect(answer.header(csp)).toBe("default-src 'none'; script-src 'self' https://cdn.example");
    expect(answer.header(`${csp}-report-only`)).toBe("default-src 'self'; report-uri /csp/");
  });

  it.each(["default-src self", "script-src 'self' unsafe-inline", "default-src 'self'\r\nx: y", "default-src ’self’"])(
    "is refused at the start where it cannot mean what it says: %j",
    (policy) => {
      expect(() => securityHeaders({ contentSecurityPolicy: policy })).toThrow(ContentSecurityPolicyInvalid);
    },
  );

  it("cannot be given a second directive by a value", () => {
    const contentSecurityPolicy = { "img-src": ["https://a.example; script-src *"] };
    expect(() => securityHeaders({ contentSecurityPolicy })).toThrow("has ; or , within img-src");
  });
});
