import { defineError } from "../core/index.js";

/** A view lacks something that it needs, or has something that cannot work: do as `problem` says. */
export class ViewInvalid extends defineError({
  code: "VIEWS_VIEW_INVALID",
  message: (p: { view: string; problem: string }) => `${p.view} ${p.problem}.`,
}) {}

/** A view was to send somebody to another site after a form. Answer with a redirect of your own where that is meant. */
export class SuccessUrlRefused extends defineError({
  code: "VIEWS_SUCCESS_URL_REFUSED",
  message: (p: { view: string; url: string }) =>
    `${p.view} was to lead to ${JSON.stringify(p.url)}, which is not on this site. Override success() where that is meant.`,
}) {}

/** 404: there is no page with this number. */
export class PageInvalid extends defineError({
  code: "VIEWS_PAGE_INVALID",
  message: (p: { page: string; problem: string }) => `There is no page ${p.page}: ${p.problem}.`,
  status: 404,
  closeCode: 4504,
}) {}
