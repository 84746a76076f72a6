import { connect } from '../../../../app/test/helpers/client.js';
import { token } from '../../../../app/test/helpers/tokens.js';
import { freePort } from '../../../src/servers/free-port.js';
import { startNamed } from '../../acme/helpers/named.js';
import { make } from '../../certs/helpers/openssl.js';
import { startSshd } from '../../remote/helpers/sshd.js';
import { type Sites, upgradeLines } from './sites.js';

interface Case {
  readonly url: string;
  /** Settings of the look. */
  readonly given?: readonly string[];
  /** The fault has these words. */
  readonly says?: RegExp;
}

/** A site that has one fault. */
type Site = (sites: Sites) => Promise<Case> | Case;

export const plain = (port: number, path = '/ws') => `ws://localhost:${port}${path}`;

/** An nginx that answers everything so. */
const says =
  (answer: string): Site =>
  async (sites) => ({
    url: plain(await sites.nginx(`location / { ${answer} }`)),
  });

/** By the code of the one fault that each of them has. */
export const illSites: Readonly<Record<string, Site>> = {
  PORT_CLOSED: async () => ({ url: plain(await freePort()), says: /connection refused/ }),
  NO_ANSWER: async (sites) => ({ url: plain(await sites.silent()), says: /no answer in 5 s/ }),
  NOT_TLS: async (sites) => ({ url: `wss://localhost:${await sites.app()}/ws` }),
  PORT_SPEAKS_TLS: async (sites) => ({ url: (await sites.served(sites.leaf())).replace('wss:', 'ws:') }),
  TLS_FAILED: async (sites) => ({ url: await sites.served(sites.leaf(), 'ssl_reject_handshake on;') }),
  TLS_OBSOLETE: async (sites) => ({
    url: await sites.served(sites.leaf(), 'ssl_protocols TLSv1.1 TLSv1.2; ssl_ciphers DEFAULT:@SECLEVEL=0;'),
    says: /takes TLS 1\.1, TLS 1\.2/,
  }),
  CERT_EXPIRED: async (sites) => ({ url: await sites.served(sites.dated(-30, -3)), says: /3 days ago/ }),
  CERT_NOT_YET_VALID: async (sites) => ({ url: await sites.served(sites.dated(3, 30)) }),
  NAMES_MISSING: async (sites) => ({
    url: await sites.served(sites.leaf({ names: 'DNS:other.test' })),
    says: /is for other\.test/,
  }),
  CERT_SELF_SIGNED: async (sites) => ({
    url: await sites.served(make(sites.folder, 'alone', { names: 'DNS:localhost' })),
  }),
  CA_UNKNOWN: async (sites) => {
    const issuer = make(sites.folder, 'stranger', { ca: true });
    return { url: await sites.served(sites.leaf({ issuer })), says: /CN=stranger/ };
  },
  CHAIN_INCOMPLETE: async (sites) => ({
    url: await sites.served(sites.ofIntermediate(false)),
    says: /between\.cer/,
  }),
  NOT_HTTP: async (sites) => {
    const sshd = await startSshd();
    sites.later(() => sshd.server.stop());
    return { url: plain(sshd.server.port), says: /no HTTP/ };
  },
  CONNECTION_CUT: says('return 444;'),
  UPGRADE_DROPPED: async (sites) => ({
    url: plain(await sites.nginx(`location / { ${sites.behind(await sites.app())} }`)),
    says: /404 .*Upgrade header/,
  }),
  REDIRECTED: says('return 308 https://localhost$request_uri;'),
  UPGRADE_REFUSED: says('return 405;'),
  FORBIDDEN: async (sites) => ({
    url: plain(await sites.app(), '/ws/tenant/other'),
    given: [`DOCTOR_TOKEN=${token()}`],
    says: /does not belong to this tenant/,
  }),
  PATH_UNKNOWN: async (sites) => ({ url: plain(await sites.app(), '/socket'), says: /404/ }),
  TOKEN_REFUSED: async (sites) => ({
    url: plain(await sites.app()),
    given: ['DOCTOR_TOKEN=not-a-token'],
    says: /401/,
  }),
  RATE_LIMITED: says('return 429;'),
  SERVER_ERROR: says('return 500;'),
  UPSTREAM_DOWN: async (sites) => ({
    url: plain(await sites.nginx(`location / { ${sites.behind(await freePort(), ...upgradeLines)} }`)),
    says: /502/,
  }),
  UPSTREAM_TIMEOUT: async (sites) => ({
    url: plain(
      await sites.nginx(
        `location / { ${sites.behind(await sites.bytes(), 'proxy_read_timeout 1s;', ...upgradeLines)} }`,
      ),
    ),
    says: /504/,
  }),
  UNAVAILABLE: async (sites) => {
    const port = await sites.app({ MAX_CONNECTIONS: '1' });
    const client = await connect(`ws://localhost:${port}/ws`, [], {
      headers: { Authorization: `Bearer ${token()}` },
    });
    sites.later(() => client.socket.terminate());
    return { url: plain(port), given: [`DOCTOR_TOKEN=${token()}`], says: /as many sockets as it may/ };
  },
  ACCEPT_WRONG: async (sites) => {
    const head = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade'];
    return { url: plain(await sites.bytes([...head, 'Sec-WebSocket-Accept: wrong', '', ''].join('\r\n'))) };
  },
  PONG_MISSING: async (sites) => ({ url: plain(await sites.sockets(() => {})), says: /no pong/ }),
  CLOSED_AT_ONCE: async (sites) => ({
    url: plain(await sites.sockets((socket) => socket.close(1011))),
    says: /1011 \(the server failed/,
  }),
  NAME_UNKNOWN: async (sites) => {
    const dns = await startNamed('outside.test', ['www A 127.0.0.1']);
    sites.later(() => dns.stop());
    return {
      url: 'wss://ws.outside.test/ws',
      given: [`ACME_RESOLVER=127.0.0.1:${dns.port}`],
      says: /NXDOMAIN/,
    };
  },
};
