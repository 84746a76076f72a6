import { deepEqual, equal } from 'node:assert/strict';
import { chooseTransport } from '../../../app/src/tls/direct.js';
import { ensureTraefik } from '../../src/packages/traefik.js';
import { removeProjects } from '../certs/helpers/project.js';
import { startNginx } from '../render/helpers/nginx.js';
import { startTraefik } from '../render/helpers/traefik.js';
import { type Autobahn, autobahn, type CaseResult, fuzz } from './helpers/autobahn.js';
import { type Echo, startEcho } from './helpers/echo.js';
import { Swapping } from './helpers/swapping.js';
import { workersGid } from './helpers/workers.js';

/** Of 1 to 10 (there is no 8). 12 and 13 are about compression, which is not offered. */
const cases = ['1.*', '2.*', '3.*', '4.*', '5.*', '6.*', '7.*', '9.*', '10.*'];

/**
 * Messages of 4 to 16 MiB as text, and in thousands of fragments: three quarters of the time, most of it in the suite's
 * own Python. `AUTOBAHN=all` runs them too.
 */
const long = [
  ...['9.1.4', '9.1.5', '9.1.6', '9.2.5', '9.2.6', '9.3.*'],
  ...['9.4.1', '9.4.2', '9.4.3', '9.4.4'],
];
const excluded = process.env.AUTOBAHN === 'all' ? [] : long;
const count = process.env.AUTOBAHN === 'all' ? 301 : 283;

/** What the suite accepts: it follows the protocol, or the protocol leaves it open. */
const passed = ['OK', 'NON-STRICT', 'INFORMATIONAL'];

/** All cases come from one address, one after the other as fast as they can. */
const unlimited = { HANDSHAKES_PER_SECOND: '10000' };

/** The ways to a server that sends back what it gets: how the one is started that the suite talks to. */
const ways = {
  'this machine’s nginx': async (echo: Echo, swapping: Swapping) => {
    const pem = swapping.live('tls');
    const nginx = await startNginx(`127.0.0.1:${echo.port}`, unlimited, { pem });
    return { port: nginx.httpsPort, stop: nginx.stop };
  },
  Traefik: async (echo: Echo, swapping: Swapping) => {
    const own = { pem: swapping.live('tls'), ca: swapping.ca.certificate.toString() };
    const traefik = await startTraefik(`127.0.0.1:${echo.port}`, unlimited, own);
    return { port: traefik.httpsPort, stop: traefik.stop };
  },
  'direct TLS': async (_echo: Echo, swapping: Swapping) => {
    const transport = chooseTransport({
      keyFile: swapping.live('privkey'),
      certFile: swapping.live('fullchain'),
      required: true,
      policy: 'intermediate',
    });
    const echo = await startEcho(transport);
    return { port: echo.port, stop: echo.close };
  },
} as const;

type Way = keyof typeof ways;

describe('Autobahn|Testsuite', function () {
  this.timeout(1_500_000);
  const results = new Map<Way, CaseResult[]>();

  before(async function () {
    await ensureTraefik(() => {});
    const program = await autobahn();
    if (!program) return this.skip();
    const swapping = await Swapping.begin(workersGid);
    const echo = await startEcho({ kind: 'ws' });
    try {
      // It waits for answers now and then, so all at once take less than one after the other.
      const all = Object.keys(ways) as Way[];
      await Promise.all(all.map(async (way) => results.set(way, await run(way, program, echo, swapping))));
    } finally {
      await echo.close();
    }
  });
  after(removeProjects);

  for (const way of Object.keys(ways) as Way[]) {
    it(`finds that ${way} carries WebSockets as the protocol has it`, () => {
      const found = results.get(way) ?? [];
      const failed = found.filter(
        ({ behavior, behaviorClose }) => !passed.includes(behavior) || !passed.includes(behaviorClose),
      );
      const open = found
        .filter(({ behavior }) => behavior !== 'OK')
        .map(({ id, behavior }) => `${id} ${behavior}`);
      process.stdout.write(
        `      ${found.length} cases, ${failed.length} failed, not just OK: ${open.join(', ')}\n`,
      );
      deepEqual(failed, []);
      equal(found.length, count);
    });
  }
});

async function run(way: Way, program: Autobahn, echo: Echo, swapping: Swapping): Promise<CaseResult[]> {
  const { port, stop } = await ways[way](echo, swapping);
  try {
    const target = { url: `wss://localhost:${port}/ws`, caFile: swapping.ca.file };
    return await fuzz(program, target, cases, excluded);
  } finally {
    await stop();
  }
}
