import { readFileSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { acmeProfiles } from '../../../../app/src/settings/acme-profiles.js';
import { freePort } from '../../../../app/test/helpers/process.js';
import { type ServerProcess, startServer } from '../../../../app/test/helpers/servers/server-process.js';
import { newFolder } from '../../../../app/test/helpers/service.js';
import { ensureLocal } from '../../../src/certs/ensure-local.js';
import { pebblePrograms } from './pebble-program.js';

export interface PebbleOptions {
  /** Port on which the CA looks for HTTP-01 challenges. */
  readonly httpPort: number;
  /** Port on which it looks for TLS-ALPN-01 challenges; absent: nowhere that anybody answers. */
  readonly tlsPort?: number;
  /** Seconds that certificates of the profile `brief` live. */
  readonly briefly?: number;
  /** Percentage of nonces that it refuses. */
  readonly refusedNonces?: number;
  /** Key id and key (base64url) of the one external account; absent: none is asked for. */
  readonly external?: readonly [kid: string, key: string];
  /** Names that it does not issue for. */
  readonly blocked?: readonly string[];
  /** Verified by the same CA file as this other one. */
  readonly identity?: Pebble;
  /** DNS server that it asks, as `host:port`; absent: one of its own. */
  readonly resolver?: string;
  /** Address that it listens on; 127.0.0.1 if absent. */
  readonly address?: string;
  /** Address that its DNS server answers for every name; `address` if absent. */
  readonly answer?: string;
}

/** A real ACME CA on this host: strict, with validation by real connections and without reuse of authorizations. */
export interface Pebble {
  readonly url: string;
  /** Of the CA file that its own HTTPS is to be verified with. */
  readonly bundle: string;
  /** PEM of the root that its certificates lead to. */
  root(): Promise<string>;
  /** What it asks for A, AAAA, CAA and TXT records; it has a management API at `dnsManagement`. */
  readonly dns: string;
  readonly dnsManagement: string;
  /** Sets the ARI window of a certificate. */
  suggestRenewal(certificate: string, from: Date, to: Date): Promise<void>;
  readonly server: ServerProcess;
  /** With its own certificate. */
  readonly folder: string;
  stop(): Promise<void>;
}

/** Orders that the CA took; one whose nonce it refused was none, and comes again by itself. */
export const ordersAt = ({ server }: Pebble): number => server.output.match(/Added order /g)?.length ?? 0;

/** How often an order was asked for, whatever came of it: more than the orders where a nonce was refused. */
export const orderRequestsAt = ({ server }: Pebble): number =>
  server.output.match(/POST \/order-plz/g)?.length ?? 0;

const hour = 3_600;

/** Seconds of the lifetimes of 2026 and after. */
export const profiles = {
  classic: acmeProfiles.classic * hour,
  classic64: 64 * 24 * hour,
  tlsserver: acmeProfiles.tlsserver * hour,
  shortlived: acmeProfiles.shortlived * hour,
} as const;

export async function startPebble(options: PebbleOptions): Promise<Pebble> {
  const { address = '127.0.0.1', answer = address } = options;
  const programs = await pebblePrograms();
  const folder = options.identity?.folder ?? newFolder();
  const { ca } = await ensureLocal({
    folder,
    domains: ['localhost', ...(options.address ? [address] : [])],
    days: 90,
  });
  const bundle = ca.file;
  const [dnsPort, management] = [await freePort(), await freePort()];
  const dns = await startServer('http', {}, (port) => ({
    program: programs.dns,
    args: [
      ...['-dnsserver', `${address}:${dnsPort}`, '-management', `127.0.0.1:${port}`],
      ...['-defaultIPv4', answer, '-defaultIPv6', ''],
      ...['-http01', '', '-https01', '', '-tlsalpn01', '', '-doh', ''],
    ],
  }));
  const configuration = (port: number) => ({
    pebble: {
      listenAddress: `${address}:${port}`,
      managementListenAddress: `127.0.0.1:${management}`,
      certificate: join(folder, 'certs/live/localhost/fullchain.pem'),
      privateKey: join(folder, 'certs/live/localhost/privkey.pem'),
      httpPort: options.httpPort,
      tlsPort: options.tlsPort ?? options.httpPort,
      ocspResponderURL: '',
      externalAccountBindingRequired: options.external !== undefined,
      externalAccountMACKeys: options.external ? { [options.external[0]]: options.external[1] } : {},
      domainBlocklist: options.blocked ?? [],
      retryAfter: { authz: 1, order: 1 },
      keyAlgorithm: 'ecdsa',
      profiles: Object.fromEntries(
        Object.entries({ ...profiles, ...(options.briefly && { brief: options.briefly }) }).map(
          ([name, validityPeriod]) => [name, { description: name, validityPeriod }],
        ),
      ),
    },
  });
  const server = await startServer('https', { host: address }, (port, dir) => {
    const file = join(dir, 'pebble.json');
    writeFileSync(file, JSON.stringify(configuration(port)));
    const resolver = options.resolver ?? `${address}:${dnsPort}`;
    return {
      program: programs.pebble,
      args: ['-strict', '-config', file, '-dnsserver', resolver],
      env: {
        PEBBLE_VA_NOSLEEP: '1',
        PEBBLE_AUTHZREUSE: '0',
        PEBBLE_WFE_NONCEREJECT: String(options.refusedNonces ?? 5),
      },
    };
  });
  const ask = (path: string, body?: string) => call(`https://127.0.0.1:${management}${path}`, bundle, body);
  return {
    url: `${server.url}/dir`,
    bundle,
    root: () => ask('/roots/0'),
    dns: `${address}:${dnsPort}`,
    dnsManagement: dns.url,
    suggestRenewal: async (certificate, from, to) => {
      const window = { start: from.toISOString(), end: to.toISOString() };
      await ask(
        '/set-renewal-info/',
        JSON.stringify({ certificate, ariResponse: JSON.stringify({ suggestedWindow: window }) }),
      );
    },
    server,
    folder,
    stop: async () => {
      await Promise.all([server.stop(), dns.stop()]);
    },
  };
}

async function call(url: string, ca: string, body?: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(
      url,
      { ca: readFileSync(ca), method: body ? 'POST' : 'GET', headers: { 'User-Agent': 'hermes-tests' } },
      async (response) => {
        const answer = await text(response);
        if (response.statusCode === 200) resolve(answer);
        else reject(new Error(`${url}: ${response.statusCode} ${answer}`));
      },
    );
    asked.once('error', reject);
    asked.end(body);
  });
}
