import type { Release } from '../deploy/release.js';

/**
 * A fix for the stack of a checkout, as it has to be done for a host: there is no make, and what renews is a container.
 * @param host as it was given
 */
export function fixThere(
  fix: string,
  host: string,
  { tls, project }: Pick<Release, 'tls' | 'project'>,
): string {
  const renewal = `${project}-${tls === 'letsencrypt' ? 'certbot' : 'renewal'}-1`;
  const renew = `ssh ${host} docker exec ${renewal} node dist/scripts/src/main.js renew`;
  return fix
    .replaceAll('HOST=…', `HOST=${host}`)
    .replace('make renew FORCE=1', `${renew} --force`)
    .replace('make renew NEW_KEY=1', `${renew} --new-key`)
    .replace('make renew', renew)
    .replace(/make down && make up|make up/, `make deploy HOST=${host}`)
    .replace(/make logs(?! HOST)/, `make logs HOST=${host}`);
}
