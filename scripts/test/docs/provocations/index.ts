import { answers } from './answers.js';
import { closes } from './closes.js';
import { connection } from './connection.js';
import { files } from './files.js';
import { ownProxies } from './own-proxies.js';
import { pages } from './pages.js';
import type { Provocations } from './scene.js';
import { trust } from './trust.js';
import { validity } from './validity.js';

export const provocations: Provocations = {
  ...connection,
  ...answers,
  ...ownProxies,
  ...closes,
  ...trust,
  ...validity,
  ...files,
  ...pages,
};
