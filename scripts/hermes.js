#!/usr/bin/env node
import { existsSync } from 'node:fs';

const main = new URL('../dist/scripts/src/main.js', import.meta.url);
if (!existsSync(main)) {
  process.stderr.write('hermes is not built yet\n  → run `make build` (or `npm install`) first\n');
  process.exit(3);
}
await import(main.href);
