/** The name in a `Host` header: without port, in lower case, without the root's dot (RFC 9110 §7.2). */
export function hostName(header: string): string {
  return header.toLowerCase().replace(/:\d*$/, "").replace(/\.$/, "");
}
