import type { TestDetails } from '@playwright/test';

/** One way of serving: what stands between the browser and the app. */
export interface Way {
  readonly name: string;
  /** Settings that choose it. */
  readonly settings: Readonly<Record<string, string>>;
  /** A proxy terminates TLS; else the app does. */
  readonly proxied: boolean;
}

/** Every row of the behaviour table is demanded of each of these. */
export const ways = [
  { name: 'nginx', settings: { PROXY: 'nginx', TLS: 'selfsigned' }, proxied: true },
  { name: 'traefik', settings: { PROXY: 'traefik', TLS: 'selfsigned' }, proxied: true },
  { name: 'direct', settings: { PROXY: 'none', TLS: 'selfsigned' }, proxied: false },
] as const satisfies readonly Way[];

/** A test that can hold for some ways only, and why. */
export interface Only {
  /** The name of a way, or all that have a proxy. */
  readonly on: (typeof ways)[number]['name'] | 'proxied';
  readonly because: string;
}

/** How Playwright is told of it. */
export function detailsOf(only: Only | undefined): TestDetails {
  return only ? { tag: `@only-${only.on}`, annotation: { type: 'only', description: only.because } } : {};
}

/** What to leave out for a way: tests that are for others only. Left out rather than skipped, for nothing is missing. */
export function notFor({ name, proxied }: Way): RegExp {
  return new RegExp(`@only-(?!${proxied ? `${name}|proxied` : name}\\b)`);
}
