/**
 * Whether a page of this origin may connect. Browsers send `Origin` with every handshake and do not let pages forge
 * it; other clients send none and are not held up. A page of the very host that is being asked is always welcome.
 * @param host the request's Host; without a port (some proxies drop it) only the name is compared
 */
export function originAllowed(
  origin: string | undefined,
  host: string | undefined,
  allowed: readonly string[] | undefined,
): boolean {
  if (origin === undefined) return true;
  if (allowed?.includes('*') || allowed?.includes(origin.toLowerCase())) return true;
  if (!URL.canParse(origin) || !host) return false;
  const page = new URL(origin);
  const named = host.toLowerCase();
  if (/:\d+$/.test(named)) {
    const port = page.port || (page.protocol === 'https:' ? '443' : '80');
    return named === `${page.hostname}:${port}`;
  }
  return named === page.hostname;
}
