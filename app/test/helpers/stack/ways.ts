/** One way of serving: what stands between the clients and the app. */
export interface NativeWay {
  readonly name: string;
  /** Settings that choose it. */
  readonly settings: Readonly<Record<string, string>>;
  /** A proxy terminates TLS; else the app does. */
  readonly proxied: boolean;
}

/** Every behaviour is demanded of each of these. */
export const ways = [
  { name: 'nginx', settings: { PROXY: 'nginx', TLS: 'selfsigned' }, proxied: true },
  { name: 'traefik', settings: { PROXY: 'traefik', TLS: 'selfsigned' }, proxied: true },
  { name: 'direct', settings: { PROXY: 'none', TLS: 'selfsigned' }, proxied: false },
] as const satisfies readonly NativeWay[];
