let loginUrl = "/accounts/login/";

/** Where people log in. */
export function theLoginUrl(): string {
  return loginUrl;
}

export function useLoginUrl(url: string): void {
  loginUrl = url;
}

/** Where people log in who want to go on at `next` then. */
export function loginUrlWith(next: string, url: string = loginUrl): string {
  return `${url}${url.includes("?") ? "&" : "?"}next=${encodeURIComponent(next)}`;
}
