import { type Markup, markupTag } from "./markup.js";

const markup = markupTag((text) => text);

/** What a page says of an error. */
export interface PageText {
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly requestId: string;
}

/** The page for visitors where the project has no template: what happened, and what to name when asking about it. */
export function plainPage({ title, status, detail, requestId }: PageText, nonce: string): Markup {
  return markup`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${status} ${title}</title>
  <style nonce="${nonce}">body{font:1rem/1.5 system-ui,sans-serif;max-width:36rem;margin:20vh auto 0;padding:0 1.5rem}small{opacity:.7}</style>
</head>
<body>
  <h1>${title}</h1>
  <p>${detail}</p>
  <p><small>Error ${status} · request ${requestId}</small></p>
</body>
</html>
`;
}
