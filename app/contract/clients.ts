import { type Answer, upgrade } from '../test/helpers/answer.js';
import type { TestClient } from '../test/helpers/client.js';
import { until } from '../test/helpers/wait.js';
import type { ContractSite } from './way.js';

/** Milliseconds that a row waits for something which takes its time on a machine that has much to do. */
export const longPatience = 60_000;

let addresses = 0;

/**
 * Options of a client with an address that no other has: on Linux every 127.x.y.z is this host. So limits for each
 * address count its own handshakes only.
 */
export function ownAddress() {
  addresses += 1;
  return { host: '127.0.0.1', localAddress: `127.77.${addresses >> 8}.${(addresses & 0xff) + 1}` };
}

/** A socket of somebody who has just come. */
export function open(site: ContractSite, path = '/ws'): Promise<TestClient> {
  return site.connect(path, site.token(site.newcomer().claims));
}

export const bearer = (token: string) => ({ Authorization: `Bearer ${token}` });

/** Sends a handshake and gives its answer, 101 among them. */
export function knock(
  site: ContractSite,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  from: object = {},
): Promise<Answer> {
  const { host } = new URL(site.pageUrl);
  return site.request(path, { ...from, headers: { Host: host, ...upgrade, ...headers } });
}

/** The sum of a metric over all of its labels that match. */
export async function metric(site: ContractSite, name: string, labels = ''): Promise<number> {
  return sumOf(await site.metrics(), name, labels);
}

/** The same, of metrics as Prometheus text. */
export function sumOf(metrics: string, name: string, labels = ''): number {
  const lines = metrics.split('\n').filter((line) => line.startsWith(name) && line.includes(labels));
  return lines.reduce((sum, line) => sum + Number(line.slice(line.lastIndexOf(' '))), 0);
}

/** Waits until the app has no socket: it learns a little later than the client that one is closed. */
export function emptied(site: ContractSite): Promise<void> {
  const none = async () => (await metric(site, 'hermes_connections')) === 0;
  return until(none, () => 'the app to have no socket', longPatience, 50);
}
