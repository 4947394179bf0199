/** A message of the protocol server has arrived; decides whether it goes through the mailbox or past it. */
export const arrived: unique symbol = Symbol("arrived");

/** Another process takes the scope over; this consumer handles nothing more. */
export const released: unique symbol = Symbol("released");

/** A handler threw. */
export const failed: unique symbol = Symbol("failed");
