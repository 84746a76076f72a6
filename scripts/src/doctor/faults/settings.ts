import { row } from './row.js';

/** Settings, and the checks themselves. */
export const settings = {
  SETTINGS_INVALID: row('A setting has a value that is not allowed.', 'correct it: make config'),
  SECRET_MISSING: row(
    'A secret that the app cannot start without is not set.',
    'add it to .env: `openssl rand -hex 32` makes one',
  ),
  ENV_READABLE: row('Others than its owner may read `.env`, which holds secrets.', 'chmod 600 .env'),
  CHECK_FAILED: row(
    'A check itself could not be made; its cause says why.',
    'correct that, then: make doctor',
  ),
};
