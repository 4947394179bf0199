/** Whether a command failed for want of a connection, by what ioredis and Node.js say then. */
export function isConnectionLoss(error: Error): boolean {
  return (
    error.name === "MaxRetriesPerRequestError" ||
    /Connection is closed|Stream isn't writeable|connection close|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT/.test(
      `${error.message} ${(error as { code?: string }).code ?? ""}`,
    )
  );
}
