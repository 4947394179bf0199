/** The text that docs/reference/errors.md should have. */
export function errorsPage(): string;
