import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { ensurePythonPrograms } from '../packages/virtual-environment.js';

const certbotFolder = join(projectRoot, 'certbot');
/** Versions and hashes of certbot and of what it needs; made from `requirements.in` beside it. */
const requirements = 'requirements.txt';

/** The DNS plugin, as pip takes it, that is not among the pinned programs; undefined where none is missing. */
export function pluginToAdd(settings: Settings): string | undefined {
  if (settings.ACME_CHALLENGE !== 'dns-01') return undefined;
  const { pinned, version } = readPinned();
  const plugin = `certbot-dns-${settings.ACME_DNS_PLUGIN}`;
  return pinned.includes(`${plugin}==`) ? undefined : `${plugin}==${version}`;
}

function readPinned(): { pinned: string; version: string } {
  const pinned = readFileSync(join(certbotFolder, requirements), 'utf8');
  return { pinned, version: /^certbot==([\d.]+)/m.exec(pinned)?.[1] ?? '' };
}

/**
 * The path of certbot, installed from PyPI where it is missing: distributions have versions that know neither ARI nor
 * profiles. A DNS plugin that is not among the pinned ones comes in the version of certbot. An image that has certbot
 * names it by HERMES_CERTBOT.
 * @throws HermesError `install-failed`
 */
export async function ensureCertbot(settings: Settings, say: (line: string) => void): Promise<string> {
  const { HERMES_CERTBOT } = process.env;
  if (HERMES_CERTBOT) return HERMES_CERTBOT;
  const { pinned, version } = readPinned();
  const more = pluginToAdd(settings);
  const folder = await ensurePythonPrograms(
    {
      name: more ? `certbot-${settings.ACME_DNS_PLUGIN}` : 'certbot',
      title: ['certbot', version, more && `with ${more}`].filter(Boolean).join(' '),
      installs: [['--require-hashes', '-r', requirements], ...(more ? [[more]] : [])],
      from: certbotFolder,
      inputs: pinned,
    },
    say,
  );
  return join(folder, 'certbot');
}
