import type { Settings } from '../../../app/src/settings/table.js';
import { compose } from './compose.js';
import { listContainers } from './list.js';
import type { ContainerState } from './state.js';

/** The service that renews certificates; undefined where none does. */
function renewalService({ TLS }: Pick<Settings, 'TLS'>): string | undefined {
  return { letsencrypt: 'certbot', selfsigned: 'renewal', files: undefined, off: undefined }[TLS];
}

/** The one in which `hermes renew` has to run, since the host has no certbot; undefined where it runs on the host. */
export const renewalOnlyInside = ({ TLS }: Pick<Settings, 'TLS'>): string | undefined =>
  TLS === 'letsencrypt' ? renewalService({ TLS }) : undefined;

export async function renewalRuns(settings: Pick<Settings, 'TLS'>, state: ContainerState): Promise<boolean> {
  const service = renewalService(settings);
  if (!service) return false;
  const containers = await listContainers(state);
  return containers.some(({ Service, State }) => Service === service && State === 'running');
}

/**
 * Runs `hermes renew` in the container that renews, with its output shown: files there belong to another user.
 * @param environment settings for this run alone
 * @returns its exit code
 */
export async function renewThere(
  state: ContainerState,
  service: string,
  options: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<number> {
  const given = Object.entries(environment).flatMap(([key, value]) => ['--env', `${key}=${value}`]);
  const words = ['node', '--enable-source-maps', 'dist/scripts/src/main.js', 'renew', ...options];
  const run = await compose(state, ['exec', '-T', ...given, service, ...words], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return run.exitCode ?? 1;
}
