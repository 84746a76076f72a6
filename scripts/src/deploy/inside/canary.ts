import { promises as dns } from 'node:dns';
import { setTimeout as delay } from 'node:timers/promises';
import { messageOf } from '../../../../app/src/errors.js';
import { loadSettings } from '../../../../app/src/settings/load.js';
import { deriveTimeouts } from '../../../../app/src/settings/timeouts.js';
import { inside } from '../../containers/inside.js';
import { projectAt } from '../../project.js';
import { useAsClient, type Way } from './use-as-client.js';

/*
 * Uses a release as clients do, on the host that is deployed to. Arguments:
 *   instances NAME        each instance of the app by that name
 *   through PROXY:PORT    by a proxy, with its certificate verified under the public name
 *   switched PROXY:PORT NEW [OLD]   the same, until the new instances get what comes, and the old ones nothing more
 * `HERMES_CANARY_IDLE` not empty: a socket by the proxy is quiet once for longer than the proxy bears silence.
 */

/** Milliseconds: for all that is tried again, and between two tries. */
const patience = 60_000;
const pause = 250;
/** Sockets in a row that have to reach the new release alone. */
const enough = 3;

const [, , what = '', where = '', fresh = '', old = ''] = process.argv;
const { settings } = loadSettings();
const idle = process.env.HERMES_CANARY_IDLE ? deriveTimeouts(settings).idle + 5_000 : 0;

const viaProxy = (): Way => {
  const [host = '', port = ''] = where.split(':');
  return { host, port: Number(port), tls: settings.TLS !== 'off' };
};
const use = (way: Way, silence = 0) => useAsClient(projectAt(), settings, way, silence);

try {
  if (what === 'instances') {
    const addresses = await dns.resolve4(where);
    for (const host of addresses) await use({ host, port: inside.ports.app, tls: false });
    process.stdout.write(`${addresses.length} of ${addresses.length} carry messages\n`);
  } else if (what === 'through') {
    const took = await again(() => use(viaProxy()));
    // A silence that was cut is not tried again.
    if (idle > 0) await use(viaProxy(), idle);
    process.stdout.write(`${took.toFixed(1)} ms\n`);
  } else {
    await again(() => switched());
    process.stdout.write('the new release gets what comes\n');
  }
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 1;
}

async function switched(): Promise<void> {
  const before = await Promise.all([fresh, old].map(handshakes));
  for (let n = 0; n < enough; n += 1) await use(viaProxy());
  const after = await Promise.all([fresh, old].map(handshakes));
  if ((after[0] ?? 0) < (before[0] ?? 0) + enough)
    throw new Error('the proxy does not lead to the new release');
  if (after[1] !== before[1]) throw new Error('the proxy still leads clients to the old release');
}

/** Of all instances by that name. */
async function handshakes(name: string): Promise<number> {
  const addresses = name ? await dns.resolve4(name).catch(() => []) : [];
  const counts = addresses.map(async (address) => {
    const text = await (await fetch(`http://${address}:${inside.ports.app}/metrics`)).text();
    const values = [...text.matchAll(/^hermes_handshakes_total\{.*\} (.+)$/gm)];
    return values.reduce((sum, [, value]) => sum + Number(value), 0);
  });
  return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
}

async function again<T>(action: () => Promise<T>): Promise<T> {
  const deadline = Date.now() + patience;
  for (;;) {
    try {
      return await action();
    } catch (error) {
      if (Date.now() > deadline) throw error;
      await delay(pause);
    }
  }
}
