import type { Behaviour } from './behaviour.js';
import { carriers } from './behaviours/carriers.js';
import { consolePage } from './behaviours/console-page.js';
import { consoleProblems } from './behaviours/console-problems.js';
import { expiry } from './behaviours/expiry.js';
import { operation } from './behaviours/operation.js';
import { origins } from './behaviours/origins.js';
import { portrait } from './behaviours/portrait.js';
import { proxy } from './behaviours/proxy.js';
import { secrecy } from './behaviours/secrecy.js';
import { trust } from './behaviours/trust.js';
import { uplinks } from './behaviours/uplinks.js';

/** The behaviour table: a row that is added here is demanded of every way of serving. */
export const behaviours: readonly Behaviour[] = [
  ...consolePage,
  ...consoleProblems,
  ...uplinks,
  ...carriers,
  ...origins,
  ...expiry,
  ...trust,
  ...proxy,
  ...operation,
  ...portrait,
  // Last, because it looks at what all of the others have left behind.
  ...secrecy,
];
