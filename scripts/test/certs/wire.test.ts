import assert from 'node:assert/strict';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { ensureLocal, type LocalResult } from '../../src/certs/ensure-local.js';
import { importFiles } from '../../src/certs/import-files.js';
import { awaitWire, checkWire, type WireQuery } from '../../src/certs/wire.js';
import { queryForLive } from '../../src/certs/wire-live.js';
import { append, makeChain } from './helpers/openssl.js';
import { newProject, removeProjects } from './helpers/project.js';
import { serve } from './helpers/server.js';

const domains = ['example.test', '*.example.test'];

describe('certificate on the wire', () => {
  let folder: string;
  let local: LocalResult;
  const servers: { close(): Promise<void> }[] = [];
  const start = async (...args: Parameters<typeof serve>) => {
    const server = await serve(...args);
    servers.push(server);
    return server;
  };
  const query = (port: number, more: Partial<WireQuery> = {}): WireQuery => ({
    ...queryForLive(folder, domains, ['127.0.0.1'], port),
    ...more,
  });
  const verdicts = async (asked: WireQuery) =>
    (await checkWire(asked)).map((result) => (result.matches ? 'matches' : result.fault));
  const renew = (project = folder, more: object = {}) =>
    ensureLocal({ folder: project, domains, days: 90, force: true, ...more });

  /** A certificate of somebody else's CA in use, and the same without its intermediate. */
  const importChain = async () => {
    const { leaf, intermediate } = makeChain(folder);
    const bare = { cert: readFileSync(leaf.cert), key: readFileSync(leaf.key) };
    append(leaf.cert, intermediate.cert);
    const files = { certFile: leaf.cert, keyFile: leaf.key };
    return { bare, ...(await importFiles({ folder, domains: ['example.com'], ...files })) };
  };

  beforeEach(async () => {
    folder = newProject();
    local = await renew();
  });
  afterEach(() => Promise.all(servers.splice(0).map((server) => server.close())));
  after(removeProjects);

  it('matches the one on disk, for every name', async () => {
    const { port } = await start(local.pair);
    const results = await checkWire(query(port));
    assert.deepEqual(
      results.map(({ servername }) => servername),
      ['example.test', 'any.example.test'],
    );
    for (const result of results) {
      assert(result.matches);
      assert.equal(result.served.serial, local.pair.leaf.serial);
      assert.deepEqual(result.served.chain, [local.pair.leaf.fingerprint]);
    }
  });

  it('is asked for at every address, IPv4 and IPv6, and may be named by an address', async () => {
    const six = await start(local.pair, '::1');
    assert.deepEqual(await verdicts(query(six.port, { hosts: ['::1'], servernames: ['::1', 'localhost'] })), [
      'matches',
      'matches',
    ]);
    const both = await start(local.pair, '::');
    const results = await checkWire(
      query(both.port, { hosts: ['127.0.0.1', '::1'], servernames: ['127.0.0.1'] }),
    );
    assert.deepEqual(
      results.map(({ address, matches }) => [address, matches]),
      [
        ['127.0.0.1', true],
        ['::1', true],
      ],
    );
    assert.equal(
      (await verdicts(query(both.port, { hosts: ['localhost'], servernames: ['localhost'] })))[0],
      'matches',
    );
  });

  it('differs when a renewed one was not taken up, and matches once it is', async () => {
    const { port, server } = await start(local.pair);
    const renewed = await renew();
    const [result] = await checkWire(query(port));
    assert(result && !result.matches && result.fault === 'wire-differs');
    assert.match(
      result.cause,
      new RegExp(`serial ${local.pair.leaf.serial}.+not the one with serial ${renewed.pair.leaf.serial}`),
    );
    assert.equal(result.served?.fingerprint, local.pair.leaf.fingerprint);
    const waiting = awaitWire(query(port), 10_000);
    server.setSecureContext(renewed.pair);
    assert((await waiting).every(({ matches }) => matches));
  });

  it('is reported as it is when patience ends', async () => {
    const { port } = await start(local.pair);
    await renew();
    assert.deepEqual(
      (await awaitWire(query(port), 150)).map(({ matches }) => matches),
      [false, false],
    );
  });

  it('is not verified when another CA issued it', async () => {
    const stranger = await renew(newProject());
    const { port } = await start(stranger.pair);
    const [result] = await checkWire(query(port));
    assert(result && !result.matches && result.fault === 'wire-unverified');
    assert.match(result.cause, /^verification of 127\.0\.0\.1:\d+ for example\.test failed: /);
  });

  it('is not verified against the roots of the world, for it is local', async () => {
    const { port } = await start(local.pair);
    assert.deepEqual(await verdicts(query(port, { ca: undefined })), ['wire-unverified', 'wire-unverified']);
  });

  it('is not verified for a name that it does not bear', async () => {
    const { port } = await start(local.pair);
    const [other] = await checkWire(query(port, { servernames: ['other.test'] }));
    assert(other && !other.matches && other.fault === 'wire-unverified');
    assert.match(other.cause, /other\.test/);
    assert.equal(other.served?.fingerprint, local.pair.leaf.fingerprint);
  });

  describe('whose dates are wrong', () => {
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
    const look = async (served: LocalResult, project: string) => {
      const { port } = await start(served.pair);
      const [result] = await checkWire(queryForLive(project, domains, ['127.0.0.1'], port));
      assert(result && !result.matches);
      assert.equal(result.served?.serial, served.pair.leaf.serial);
      return result;
    };

    it('is told from another one when it has expired', async () => {
      const project = newProject();
      const { fault, cause } = await look(await renew(project, { now: inDays(-91) }), project);
      assert.equal(fault, 'wire-dates');
      assert.match(cause, /serves the certificate on disk, but it expired at \d{4}-.+Z$/);
    });

    it('is told from another one when it is not valid yet', async () => {
      const project = newProject();
      const ca = await renew(project);
      const { fault, cause } = await look(await renew(project, { now: inDays(10) }), project);
      assert.equal(fault, 'wire-dates');
      assert.match(cause, /on disk, but it is not valid before \d{4}-.+Z$/);
      assert.equal(ca.action, 'issued');
    });

    it('differs when one that is good was not taken up', async () => {
      const project = newProject();
      const expired = await renew(project, { now: inDays(-91) });
      const good = await renew(project);
      const { fault, cause } = await look(expired, project);
      assert.equal(fault, 'wire-differs');
      assert.match(cause, new RegExp(`serial ${expired.pair.leaf.serial}.+serial ${good.pair.leaf.serial}`));
    });
  });

  it('is verified with an intermediate whose root is not known', async () => {
    const { pair } = await importChain();
    const { port } = await start(pair);
    const [result] = await checkWire(queryForLive(folder, ['example.com'], ['127.0.0.1'], port));
    assert(result?.matches);
    assert.deepEqual(
      result.served.chain,
      pair.chain.map(({ fingerprint256 }) => fingerprint256),
    );
    assert.equal(result.served.chain.length, 2);
  });

  it('differs when the server forgets to send the intermediate', async () => {
    const { bare } = await importChain();
    const { port } = await start(bare);
    const [result] = await checkWire(queryForLive(folder, ['example.com'], ['127.0.0.1'], port));
    assert(result && !result.matches && result.fault === 'wire-differs');
    assert.match(result.cause, /1 in all instead of the 2/);
  });

  it('is out of reach on a closed port, on a silent one and on one without TLS', async () => {
    const { port, close } = await serve(local.pair);
    await close();
    const [closed] = await checkWire(query(port));
    assert(closed && !closed.matches && closed.fault === 'wire-unreachable');
    assert.match(closed.cause, /ECONNREFUSED/);

    const listen = async (greeting?: string) => {
      const server = createServer((socket) => {
        socket.on('error', () => socket.destroy());
        if (greeting) socket.end(greeting);
      });
      server.listen(0, '127.0.0.1');
      await once(server, 'listening');
      servers.push({ close: async () => void server.close() });
      return (server.address() as AddressInfo).port;
    };
    const [silent] = await checkWire(query(await listen(), { timeout: 150 }));
    assert(silent && !silent.matches && silent.fault === 'wire-unreachable');
    assert.match(silent.cause, /no answer in 150 ms/);
    const [plain] = await checkWire(query(await listen('HTTP/1.1 400 Bad Request\r\n\r\n')));
    assert(plain && !plain.matches && plain.fault === 'wire-unreachable');
  });

  it('cannot be asked for before it is installed', () => {
    assert.throws(() => queryForLive(newProject(), domains, ['127.0.0.1'], 1), {
      code: 'cert-not-installed',
    });
  });
});
