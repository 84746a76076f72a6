import { spawnSync } from 'node:child_process';
import { createServer } from 'node:net';
import { HermesError } from '../../../app/src/errors.js';
import { parseNginxVersion } from './nginx.js';
import type { Place } from './place.js';

/** The parts of a place that this machine alone decides. */
export type Machine = Pick<Place, 'ipv6' | 'descriptorLimit' | 'nginxVersion' | 'opensslVersion'>;

/**
 * Looks at the machine that nginx is to run on: this one.
 * @param nginx the program, or its path
 * @throws HermesError `nginx-missing`, `nginx-unknown`
 */
export async function inspectMachine(nginx = 'nginx'): Promise<Machine> {
  const { error, stderr } = spawnSync(nginx, ['-V'], { encoding: 'utf8' });
  if (error) {
    throw new HermesError(
      'nginx-missing',
      `${nginx} cannot be run: ${error.message}`,
      'install nginx, or set PROXY=none',
    );
  }
  const descriptorLimit = hardLimit();
  return {
    ipv6: await canListen('::1'),
    ...(descriptorLimit !== undefined && { descriptorLimit }),
    ...parseNginxVersion(stderr),
  };
}

/** Even root cannot go beyond it where it lacks CAP_SYS_RESOURCE, and nginx would complain at each start. */
function hardLimit(): number | undefined {
  const limit = Number(spawnSync('sh', ['-c', 'ulimit -H -n'], { encoding: 'utf8' }).stdout);
  return Number.isInteger(limit) && limit > 0 ? limit : undefined;
}

function canListen(address: string): Promise<boolean> {
  return new Promise((answer) => {
    const server = createServer().once('error', () => answer(false));
    server.listen(0, address, () => server.close(() => answer(true)));
  });
}
