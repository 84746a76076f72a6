import type { Settings } from '../../../../app/src/settings/table.js';
import { readLive } from '../../certs/certificate-set.js';
import { certificateName } from '../../certs/layout.js';
import { acmeDirectory } from '../directory.js';
import { beginOrder, endOrder } from '../ledger.js';
import { legoFault } from './fault.js';
import { traefikAcmePaths } from './layout.js';
import type { TraefikLog } from './log.js';
import { readStored } from './store.js';

/** Whether Traefik has a certificate that is not the one in use. @param folder of the project */
export async function hasNewer(folder: string, settings: Settings): Promise<boolean> {
  const stored = await readStored(traefikAcmePaths(folder, acmeDirectory(settings).name), settings.DOMAIN);
  return stored !== undefined && !isSame(stored.cert, liveChain(folder, settings));
}

const isSame = (one: string, other: string) => one.replace(/\s+/g, '') === other.replace(/\s+/g, '');

function liveChain(folder: string, { DOMAIN }: Settings): string {
  try {
    return readLive(folder, certificateName(DOMAIN))?.pair.cert ?? '';
  } catch {
    return '';
  }
}

/** Writes into the ledger what Traefik did without asking: an order of its own. */
export async function recordOwnOrder(
  folder: string,
  settings: Settings,
  outcome: 'issued' | 'failed' | 'abandoned',
): Promise<void> {
  const order = { directory: acmeDirectory(settings).name, names: settings.DOMAIN };
  const open = await beginOrder(folder, order, undefined);
  await endOrder(folder, open, outcome);
}

/** Books the renewals that failed since the last call. @returns a line for each of them */
export async function bookFailures(folder: string, settings: Settings, log: TraefikLog): Promise<string[]> {
  const lines: string[] = [];
  for (const { message, error } of await log.complaints()) {
    if (!message.startsWith('Error renewing')) continue;
    const { error: fault, validation } = legoFault(error, settings);
    await recordOwnOrder(folder, settings, validation ? 'failed' : 'abandoned');
    lines.push(`Traefik could not renew: ${fault.toText().replace('\n', ' ')}`);
  }
  return lines;
}
