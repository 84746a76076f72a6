/** One way of serving: what stands between the browser and the app. */
export interface Way {
  readonly name: string;
  /** Settings that choose it. */
  readonly settings: Readonly<Record<string, string>>;
  /** A proxy terminates TLS; else the app does. */
  readonly proxied: boolean;
}

/** Every row of the behaviour table is demanded of each of these. */
export const ways: readonly Way[] = [
  { name: 'nginx', settings: { PROXY: 'nginx', TLS: 'selfsigned' }, proxied: true },
  { name: 'direct', settings: { PROXY: 'none', TLS: 'selfsigned' }, proxied: false },
];

/** The tag of tests that are for ways with a proxy only. */
export const proxiedOnly = '@proxied';
