import { HermesError } from '../../../app/src/errors.js';
import { redisUrlOf } from '../../../app/src/redis/address.js';
import type { Settings } from '../../../app/src/settings/table.js';
import type { ProcessPlan } from './plan.js';

type AppName = Extract<ProcessPlan['name'], `app${string}`>;

/** One process of the app. */
export interface Replica {
  readonly name: AppName;
  readonly port: number;
}

/** The first one has the plain name, and APP_PORT. */
export function replicasOf({
  APP_PORT,
  APP_REPLICAS,
}: Pick<Settings, 'APP_PORT' | 'APP_REPLICAS'>): Replica[] {
  return Array.from({ length: APP_REPLICAS }, (_none, index) => ({
    name: index === 0 ? 'app' : `app-${index + 1}`,
    port: APP_PORT + index,
  }));
}

/** Host and port of each, as a proxy on this host reaches them. */
export const upstreamsOf = (settings: Parameters<typeof replicasOf>[0]): string[] =>
  replicasOf(settings).map(({ port }) => `127.0.0.1:${port}`);

export const isReplica = (name: string): name is AppName => /^app(?:-\d+)?$/.test(name);

/** @throws HermesError `replicas-alone` where several processes would know nothing of one another, or nobody leads to them */
export function assertReplicable(settings: Settings): void {
  const { APP_REPLICAS, APP_PORT, PROXY } = settings;
  if (APP_REPLICAS === 1) return;
  const given = `APP_REPLICAS=${APP_REPLICAS}`;
  if (PROXY === 'none') {
    const fix = 'choose PROXY=nginx or PROXY=traefik, or APP_REPLICAS=1';
    throw new HermesError('replicas-alone', `${given} needs a proxy that leads clients to them`, fix);
  }
  if (redisUrlOf(settings) === undefined) {
    const fix = 'set REDIS_URL, or APP_REPLICAS=1; docs/how-to/use-redis-mongodb-mqtt.md tells more';
    throw new HermesError(
      'replicas-alone',
      `${given} needs a bus that they share, and there is no Redis`,
      fix,
    );
  }
  if (APP_PORT + APP_REPLICAS - 1 > 65_535) {
    throw new HermesError('replicas-alone', `${given} needs ports above 65535`, 'lower APP_PORT');
  }
}
