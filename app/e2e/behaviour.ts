import type { Page } from '@playwright/test';
import type { Stack } from '../test/helpers/stack/stack.js';
import type { Only } from './ways.js';

/** What a row gets: a page of its own, in a browser that trusts the stack's CA, and the stack, shared with other rows. */
export interface Scene {
  readonly page: Page;
  readonly stack: Stack;
}

/** One thing that has to hold however the app is served. */
export interface Behaviour {
  /** The fact, as a sentence. */
  readonly name: string;
  run(scene: Scene): Promise<void>;
  readonly only?: Only;
}
