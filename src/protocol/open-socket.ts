/** A WebSocket, as far as the end of its server is concerned. */
export interface OpenSocket {
  /** Closes from the server's side: with a code when open, with 503 during the handshake. */
  goAway(code: number, reason: string): void;
  /** Ends the socket without a word, or refuses its handshake. */
  cut(): void;
}
