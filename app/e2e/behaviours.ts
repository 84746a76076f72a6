import type { Behaviour } from './behaviour.js';
import { addresses } from './behaviours/addresses.js';
import { carriers } from './behaviours/carriers.js';
import { consolePage } from './behaviours/console-page.js';
import { consoleProblems } from './behaviours/console-problems.js';
import { expiry } from './behaviours/expiry.js';
import { frames } from './behaviours/frames.js';
import { notifications } from './behaviours/notifications.js';
import { operation } from './behaviours/operation.js';
import { portrait } from './behaviours/portrait.js';
import { proxy } from './behaviours/proxy.js';
import { refusals } from './behaviours/refusals.js';
import { renewal } from './behaviours/renewal.js';
import { secrecy } from './behaviours/secrecy.js';
import { trust } from './behaviours/trust.js';
import { uplinks } from './behaviours/uplinks.js';

/** The behaviour table: a row that is added here is demanded of every way of serving. */
export const behaviours: readonly Behaviour[] = [
  ...consolePage,
  ...consoleProblems,
  ...uplinks,
  ...notifications,
  ...carriers,
  ...refusals,
  ...frames,
  ...expiry,
  ...trust,
  ...renewal,
  ...proxy,
  ...addresses,
  ...operation,
  ...portrait,
  // Last, because it looks at what all of the others have left behind.
  ...secrecy,
];
