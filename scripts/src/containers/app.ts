import cluster from 'node:cluster';
import { promises as dns } from 'node:dns';
import { networkInterfaces } from 'node:os';

/*
 * The app in its container. Its name there is another one for each container, and a broker that knew it by that would keep
 * uplinks for a session to which nobody comes back. So that is named as the container is, which `app-1` stays when it is
 * made anew.
 */

const name = cluster.isPrimary ? await containerName() : undefined;
const given = process.env.MQTT_CLIENT_ID;
if (name && !given) process.env.MQTT_CLIENT_ID = `hermes-${name}`;
// Brokers end the session of a client whose id another one brings.
const number = /-(\d+)$/.exec(name ?? '')?.[1] ?? '1';
if (given && number !== '1') process.env.MQTT_CLIENT_ID = `${given}-${number}`;

await import('../../../app/src/main.js');

/** As Docker's DNS server has it, such as `monitor-hermes-app-1`; undefined where it does not. */
async function containerName(): Promise<string | undefined> {
  const all = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  const own = all.find(({ internal, family }) => !internal && family === 'IPv4')?.address ?? '';
  const [found] = await dns.resolvePtr(`${own.split('.').reverse().join('.')}.in-addr.arpa`).catch(() => []);
  return found?.split('.')[0];
}
