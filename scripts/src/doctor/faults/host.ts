import { row } from './row.js';

/** A host that is deployed to. */
export const host = {
  SSH_FAILED: row(
    'The host cannot be reached by ssh, or does not let you in; the cause says which.',
    'try it by hand: ssh user@host',
  ),
  NOTHING_DEPLOYED: row('Nothing was deployed to this host yet.', 'make deploy HOST=…'),
  DEPLOY_INTERRUPTED: row(
    'A deploy was killed in the middle.',
    '`make deploy HOST=…`, which puts that in order',
  ),
  ENGINE_DENIED: row('The user may not use the Docker engine.', 'add the user to the group docker'),
  ENGINE_AWAY: row('No Docker engine answers.', 'start it: systemctl start docker'),
  ENGINE_OLD: row('The Docker engine is too old.', 'install a newer one'),
  COMPOSE_MISSING: row('`docker compose` is missing.', 'install the Compose plugin'),
  COMPOSE_OLD: row('Docker Compose is too old.', 'install a newer one'),
  ROOT_NOT_WRITABLE: row(
    'The user may not write in the folder of the installation.',
    'set DEPLOY_PATH, or give the folder to the user',
  ),
  NAME_TAKEN: row(
    'The Compose project belongs to another stack.',
    'give this one another name: COMPOSE_PROJECT=…',
  ),
  DEPLOY_WITHOUT_PROXY: row(
    'The settings of the host have no proxy.',
    'set PROXY=nginx or traefik in its .env',
  ),
  DEPLOY_SHARES_NOTHING: row(
    'The settings of the host name no Redis and no MongoDB, which two releases share.',
    'add SERVICES=redis,mongo to its .env',
  ),
};
