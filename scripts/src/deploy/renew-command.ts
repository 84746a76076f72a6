import { HermesError } from '../../../app/src/errors.js';
import { quoted } from '../remote/quoted.js';
import type { Look } from './look.js';
import { servingRelease } from './serving.js';
import { releaseFolder } from './site.js';

/** Why nobody can be asked to renew there, and what does it instead. */
const instead = {
  files: 'your own files are taken up by a deploy: put the new ones there, then make deploy HOST=…',
  off: 'TLS=off: there is no certificate to renew',
  selfsigned: 'the container `renewal` renews the certificate of the local CA by itself',
} as const;

/**
 * The line that renews the certificate of a site, on its host, in the container that has certbot.
 * @param options of `hermes renew`
 * @throws HermesError `nothing-deployed`, `nothing-to-renew`
 */
export function renewCommand(
  look: Pick<Look, 'root' | 'current' | 'releases'>,
  options: readonly string[],
): string {
  const { id, tls, project } = servingRelease(look);
  if (tls !== 'letsencrypt') throw new HermesError('nothing-to-renew', instead[tls]);
  const model = quoted(`${releaseFolder(look.root, id)}/site.json`);
  const words = ['node --enable-source-maps dist/scripts/src/main.js renew', ...options].join(' ');
  return `exec docker compose -p ${project} -f ${model} exec -T certbot ${words}`;
}
