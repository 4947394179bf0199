import { STATUS_CODES } from "node:http";

/** The name of a status: `Not Found`. */
export function statusTitle(status: number): string {
  return STATUS_CODES[status] ?? "Error";
}
