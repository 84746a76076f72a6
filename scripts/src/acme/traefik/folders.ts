import { dirname } from 'node:path';
import { ensureFolder } from '../../certs/durable.js';
import type { TraefikAcmePaths } from './layout.js';

/** Makes what is missing, from `certs` down; `certs` itself is passed through by proxies that read below it. */
export async function makeFolders({ folder }: Pick<TraefikAcmePaths, 'folder'>): Promise<void> {
  const ofDirectory = dirname(folder);
  const acme = dirname(ofDirectory);
  await ensureFolder(dirname(acme), 0o755);
  for (const one of [acme, ofDirectory, folder]) await ensureFolder(one, 0o700);
}
