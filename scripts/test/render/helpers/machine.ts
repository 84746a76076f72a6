import { spawnSync } from 'node:child_process';
import { parseNginxVersion } from '../../../src/render/nginx.js';
import type { Place } from '../../../src/render/place.js';
import { hasIpv6 } from '../../../src/stack/workers.js';

/** This machine, with the nginx on PATH. Even root cannot pass the hard limit where it lacks CAP_SYS_RESOURCE. */
export const machine = {
  ipv6: hasIpv6(),
  descriptorLimit: Number(spawnSync('sh', ['-c', 'ulimit -H -n'], { encoding: 'utf8' }).stdout) || 1_000_000,
  ...parseNginxVersion(spawnSync('nginx', ['-V'], { encoding: 'utf8' }).stderr),
} satisfies Partial<Place>;
