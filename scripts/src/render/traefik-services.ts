import { join } from 'node:path';
import { projectRoot } from '../../../app/src/settings/project-root.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { deriveTimeouts } from '../../../app/src/settings/timeouts.js';
import { renderFiles } from './template.js';
import { serverLines } from './traefik-derive.js';
import { followedServices } from './traefik-plan.js';

/**
 * Writes, in one step for Traefik, where the instances of the app are.
 * @param upstreams host and port of each instance
 * @param folder of the rendered configuration
 * @returns whether anything changed
 */
export function renderServices(settings: Settings, upstreams: readonly string[], folder: string): boolean {
  const { connect, request } = deriveTimeouts(settings);
  const changed = renderFiles({
    from: join(projectRoot, 'traefik'),
    to: folder,
    files: [followedServices],
    values: {
      HERMES_UPSTREAMS: serverLines(upstreams),
      HERMES_CONNECT_TIMEOUT: `${connect}ms`,
      HERMES_REQUEST_TIMEOUT: `${request}ms`,
    },
  });
  return changed.length > 0;
}
