import { oneOf, pattern, services, text } from '../kinds.js';
import { isPublicTls, type Raw, settingsOf } from '../setting.js';

const setting = settingsOf('containers');

/** What runs in containers, and under which names. */
export const containers = {
  STAGE: setting(
    oneOf('dev', 'staging', 'production'),
    'What the containers are for: how much memory they may use, and how they start again.',
    {
      fallback: (raw: Raw) => (isPublicTls(raw) ? 'production' : 'dev'),
      fallbackDoc: '`dev`, or `production` with `TLS=letsencrypt` or `files`',
    },
  ),
  SERVICES: setting(
    services(),
    'Servers to run beside the app, separated by commas: `redis` carries the bus, `mongo` keeps the history, `mqtt` is a broker for ChirpStack.',
  ),
  COMPOSE_PROJECT: setting(
    pattern(/^[a-z0-9][a-z0-9_-]*$/, 'lower-case letters, digits, - and _'),
    'Name of the Compose project: it begins the names of containers, networks and volumes.',
    { fallback: 'monitor-hermes' },
  ),
  DOCKER_NETWORK: setting(
    pattern(/^[a-zA-Z0-9][\w.-]*$/, 'the name of a Docker network, such as chirp-django-net'),
    'Network that exists already, such as `chirp-django-net`, on which containers of others reach the app as `hermes`.',
  ),
  SWARM_CERTS: setting(
    pattern(/^(?:nfs:\/\/[^/\s,]+)?\/[^\s,]+$/, 'an absolute path, or nfs://SERVER/EXPORT'),
    'Where all nodes of a swarm find the certificates: a folder laid out as `certs/`, under one path on each, or an NFS export of one. Empty: `certs/` itself, where the only node is this host.',
  ),
  MONGO_PASSWORD: setting(
    text(),
    'Password of `hermes`, who administers the MongoDB that `SERVICES` runs; the app has a user of its own there.',
    { secret: true },
  ),
  MQTT_PASSWORD: setting(
    pattern(/^[\x21-\x39\x3b-\x7e]+$/, 'printable characters without spaces and colons'),
    'Password of `chirpstack` at the MQTT broker that `SERVICES` runs; the app has a user of its own there.',
    { secret: true },
  ),
};
