/** A URL as reports may show it. */

const SECRET = /token|key|secret|auth|ticket|pass|sig|session|jwt|credential/i;

/** @returns the URL without user, password, and the values of query parameters whose names speak of secrets. */
export function shownUrl(url: URL): string {
  const shown = new URL(url);
  shown.username = "";
  shown.password = "";
  for (const name of new Set(shown.searchParams.keys()))
    if (SECRET.test(name)) shown.searchParams.set(name, "left-out");
  return shown.href;
}
