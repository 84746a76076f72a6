import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { freePorts } from '../../../app/test/helpers/stack/free-ports.js';
import { until } from '../../../app/test/helpers/wait.js';
import { serveMetrics } from '../../src/watch/metrics-server.js';
import { removeProjects } from '../certs/helpers/project.js';
import { day, Watched } from './helpers/watched.js';

describe('metrics of the watch', () => {
  let watched: Watched;
  let stopping: AbortController;
  let lines: string[];
  const serve = (port: number) =>
    serveMetrics(watched.metrics.registry, port, {
      log: pino({}, { write: (line: string) => void lines.push(JSON.parse(line).msg) }),
      signal: stopping.signal,
      retryAfter: 10,
    });
  const freePort = async () => Number((await freePorts('watch')).watch);
  const scrape = async (port: number) => {
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    const samples = text.split('\n').filter((line) => line && !line.startsWith('#'));
    return Object.fromEntries(
      samples.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.split(' ').at(-1))]),
    );
  };

  beforeEach(async () => {
    watched = await Watched.start('');
    stopping = new AbortController();
    lines = [];
  });
  afterEach(async () => {
    stopping.abort();
    await watched.server.close();
  });
  after(removeProjects);

  it('tell what is on the wire, by name and address, and what is on record', async () => {
    const lastLook = '2026-11-23T12:00:00.000Z';
    const lastSuccess = '2026-11-22T12:00:00.000Z';
    await watched.record({ failures: 3, lastLook, lastSuccess });
    await watched.look(45 * day);
    const port = await freePort();
    await serve(port);
    const found = await scrape(port);
    const { notAfter } = watched.certificate.pair.leaf;
    for (const name of ['example.test', 'any.example.test']) {
      const labels = `{name="${name}",address="127.0.0.1"}`;
      assert.equal(found[`hermes_certificate_not_after_seconds${labels}`], notAfter.getTime() / 1_000);
      assert.equal(found[`hermes_certificate_wire_matches${labels}`], 1);
      const left = found[`hermes_certificate_life_left_ratio${labels}`] ?? 0;
      assert(Math.abs(left - 0.5) < 0.001, String(left));
    }
    const name = '{name="example.test"}';
    assert.equal(found[`hermes_renewal_failures${name}`], 3);
    assert.equal(found[`hermes_certificate_renewal_in_sight${name}`], 0);
    assert.equal(
      found[`hermes_certificate_last_look_timestamp_seconds${name}`],
      Date.parse(lastLook) / 1_000,
    );
    assert.equal(
      found[`hermes_renewal_last_success_timestamp_seconds${name}`],
      Date.parse(lastSuccess) / 1_000,
    );
    assert(
      Math.abs((found.hermes_watch_last_check_timestamp_seconds ?? 0) * 1_000 - Date.now() - 45 * day) <
        60_000,
    );
  });

  it('follow the wire, not the disk', async () => {
    const port = await freePort();
    await serve(port);
    const labels = '{name="example.test",address="127.0.0.1"}';
    const { pair } = await watched.renew();
    await watched.look();
    const old = await scrape(port);
    assert.equal(old[`hermes_certificate_wire_matches${labels}`], 0);
    const { notAfter } = watched.certificate.pair.leaf;
    assert.equal(old[`hermes_certificate_not_after_seconds${labels}`], notAfter.getTime() / 1_000);
    watched.server.server.setSecureContext(pair);
    await watched.look();
    assert.equal((await scrape(port))[`hermes_certificate_wire_matches${labels}`], 1);
  });

  it('have no expiry of what is not served', async () => {
    await watched.look();
    await watched.server.close();
    await watched.look();
    const text = await watched.metrics.registry.metrics();
    assert.match(text, /^hermes_certificate_wire_matches\{.+\} 0$/m);
    assert.doesNotMatch(text, /^hermes_certificate_not_after_seconds\{/m);
    watched.server = { ...watched.server, close: async () => {} };
  });

  it('are all that is answered', async () => {
    const port = await freePort();
    await serve(port);
    const statuses = async (path: string, method = 'GET') =>
      (await fetch(`http://127.0.0.1:${port}${path}`, { method })).status;
    assert.deepEqual(
      await Promise.all([
        statuses('/metrics'),
        statuses('/'),
        statuses('/metrics/'),
        statuses('/metrics', 'POST'),
      ]),
      [200, 404, 404, 404],
    );
  });

  it('say once that their port is taken, and come when it is free', async () => {
    const other = createServer((_, response) => response.writeHead(418).end());
    await once(other.listen(0, '127.0.0.1'), 'listening');
    const { port } = other.address() as AddressInfo;
    const serving = serve(port);
    await until(
      () => lines.length > 0,
      () => 'a line',
    );
    other.close().closeAllConnections();
    await serving;
    assert.equal((await fetch(`http://127.0.0.1:${port}/metrics`)).status, 200);
    assert.deepEqual(lines, [
      `port ${port} is in use, so there are no metrics of certificates; free it, or set WATCH_PORT`,
      'metrics are served now',
    ]);
  });
});
