import { readVerdict } from './canary-verdict-file.js';

/* The health check of the canary's container. */

const verdict = readVerdict();
process.stdout.write(verdict);
process.exitCode = verdict === 'ok' ? 0 : 1;
