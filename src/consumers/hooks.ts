/** A message of the protocol server has arrived; decides whether it goes through the mailbox or past it. */
export const arrived: unique symbol = Symbol("arrived");

/** A handler threw. */
export const failed: unique symbol = Symbol("failed");
