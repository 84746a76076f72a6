import type { TestDetails } from '@playwright/test';
import type { NativeWay, ways } from '../test/helpers/stack/ways.js';

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
export function notFor({ name, proxied }: NativeWay): RegExp {
  return new RegExp(`@only-(?!${proxied ? `${name}|proxied` : name}\\b)`);
}
