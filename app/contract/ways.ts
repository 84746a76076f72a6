import { ways as nativeWays } from '../test/helpers/stack/ways.js';
import { onThisHost } from './on-this-host.js';
import type { Way } from './way.js';

/** The table is demanded of each of these. */
export const ways: readonly Way[] = nativeWays.map(onThisHost);
