import { PasswordHashes } from "../security/index.js";

let current: PasswordHashes | undefined;

/** How passwords are hashed in this process. Default: argon2id, and Django's hashes are read. */
export function passwordHashes(): PasswordHashes {
  return (current ??= new PasswordHashes());
}

/** Has passwords hashed in another way from now on: at another cost, or by another hasher. Returns the one before. */
export function usePasswordHashes(hashes: PasswordHashes): PasswordHashes {
  const before = passwordHashes();
  current = hashes;
  return before;
}
