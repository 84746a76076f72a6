import { defineConfig } from '@playwright/test';
import { ways } from '../test/helpers/stack/ways.js';
import type { Options } from './helpers/test.js';
import { notFor } from './ways.js';

export default defineConfig<object, Options>({
  // Each worker has a stack and a browser of its own; two are what two cores bear.
  workers: 2,
  // A test that succeeds at the second try has found something: it is not tried again.
  retries: 0,
  forbidOnly: true,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  reporter: 'list',
  outputDir: '../../test-results/e2e',
  use: {
    viewport: { width: 1280, height: 800 },
    colorScheme: 'light',
    locale: 'en-GB',
    timezoneId: 'UTC',
    screenshot: 'only-on-failure',
  },
  projects: ways.map((way) => ({ name: way.name, use: { way }, grepInvert: notFor(way) })),
});
