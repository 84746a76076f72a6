import type { Command } from 'commander';
import { certsVerb } from './certs.js';
import { checkVerb } from './check.js';
import { configVerb } from './config.js';
import { docsVerb } from './docs.js';
import { downVerb } from './down.js';
import { logsVerb } from './logs.js';
import { renewVerb } from './renew.js';
import { statusVerb } from './status.js';
import { testVerb } from './test.js';
import { tokenVerb } from './token.js';
import { upVerb } from './up.js';

/** Every verb of the command line, in the order of the help. */
export const verbs: readonly (() => Command)[] = [
  upVerb,
  downVerb,
  statusVerb,
  logsVerb,
  tokenVerb,
  certsVerb,
  renewVerb,
  configVerb,
  testVerb,
  checkVerb,
  docsVerb,
];
