import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { ensurePythonPrograms } from '../packages/virtual-environment.js';

const certbotFolder = join(projectRoot, 'certbot');
/** Versions and hashes of certbot and of what it needs; made from `requirements.in` beside it. */
const requirements = 'requirements.txt';

/**
 * The path of certbot, installed from PyPI where it is missing: distributions have versions that know neither ARI nor
 * profiles. A DNS plugin that is not among the pinned ones comes in the version of certbot.
 * @throws HermesError `install-failed`
 */
export async function ensureCertbot(settings: Settings, say: (line: string) => void): Promise<string> {
  const pinned = readFileSync(join(certbotFolder, requirements), 'utf8');
  const version = /^certbot==([\d.]+)/m.exec(pinned)?.[1] ?? '';
  const plugin = settings.ACME_CHALLENGE === 'dns-01' ? `certbot-dns-${settings.ACME_DNS_PLUGIN}` : '';
  const more = plugin && !pinned.includes(`${plugin}==`) ? `${plugin}==${version}` : undefined;
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
