/** What a proxy can do no other way than the rest, and why. Everything else is the same over all of them. */
interface Difference<T> {
  readonly nginx: T;
  readonly traefik: T;
  readonly because: string;
}

export const differences = {
  /** Status of the redirect to HTTPS for GET; any other method gets 308 from both. */
  redirectOfGet: {
    nginx: 308,
    traefik: 301,
    because: 'Traefik lets nobody choose; a GET stays a GET after 301, so the client ends in the same place',
  },
  /** Answer to a request for a host that is not ours; undefined: the connection is closed without one. */
  toStrangers: {
    nginx: undefined,
    traefik: 404,
    because: 'Traefik cannot close a connection without an answer; its 404 names neither us nor our hosts',
  },
} as const satisfies Readonly<Record<string, Difference<number | undefined>>>;

/** What to expect of the proxy of a stack. @param proxy value of PROXY */
export function expected<Name extends keyof typeof differences>(name: Name, proxy: string | undefined) {
  return differences[name][proxy === 'traefik' ? 'traefik' : 'nginx'];
}
