import { HermesError } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import type { Secrets } from './app-settings.js';

/** @throws HermesError `replicas-share-nothing` or `replicas-without-proxy` */
export function checkReplicas({ APP_REPLICAS, PROXY }: Settings, { BUS_URL, MONGO_URI }: Secrets): void {
  if (APP_REPLICAS === 1) return;
  if (PROXY === 'none') {
    throw new HermesError(
      'replicas-without-proxy',
      `APP_REPLICAS=${APP_REPLICAS} needs a proxy: one port leads to one instance`,
      'set PROXY=nginx or traefik, or APP_REPLICAS=1',
    );
  }
  if (BUS_URL && MONGO_URI) return;
  throw new HermesError(
    'replicas-share-nothing',
    `APP_REPLICAS=${APP_REPLICAS} needs a Redis and a MongoDB that the instances share`,
    'add SERVICES=redis,mongo, or give BUS_URL and MONGO_URI',
  );
}
