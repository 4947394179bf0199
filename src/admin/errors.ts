import { defineError } from "../core/index.js";

/** A model is registered in a way that cannot work; the message names the option and the remedy. */
export class AdminInvalid extends defineError({
  code: "ADMIN_INVALID",
  message: (p: { model: string; problem: string }) => `The admin of ${p.model} ${p.problem}.`,
}) {}

/** A list was asked for with a filter, an order or a day that it does not have. Follow the links of the list. */
export class ListQueryInvalid extends defineError({
  code: "ADMIN_LIST_QUERY_INVALID",
  message: (p: { parameter: string; problem: string }) => `The parameter ${p.parameter} ${p.problem}.`,
  status: 400,
}) {}
