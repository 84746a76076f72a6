import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { until } from '../../../app/test/helpers/wait.js';
import { build } from './helpers/build.js';
import { isThere, processesOf } from './helpers/processes.js';
import { removeScratches, type Scratch, scratch } from './helpers/scratch.js';
import { openTls } from './helpers/tls.js';

describe('secrets and tokens of a running stack', function () {
  this.timeout(120_000);
  let one: Scratch;
  let tokens: string[];
  const outputs: string[] = [];

  before(async () => {
    await build();
    one = await scratch();
    outputs.push(await one.up());
    const made = ['u1', 'u2', 'u3'].map((user) => one.hermes('token', '--user', user, '--ttl=1h'));
    tokens = (await Promise.all(made)).map(({ stdout }) => stdout);
    await useTokens();
    for (const verb of [
      ['status'],
      ['certs'],
      ['config'],
      ['logs', '--no-follow'],
      ['renew', '--force'],
      ['up'],
    ]) {
      const run = await one.hermes(...verb, 'LOG_LEVEL=trace');
      outputs.push(run.all);
    }
  });
  after(removeScratches);

  it('are not in any file of the state', () => {
    const files = readdirSync(one.at('.hermes'), { recursive: true, encoding: 'utf8' })
      .map((name) => one.at('.hermes', name))
      .filter((path) => statSync(path).isFile());
    assert(files.length > 20);
    for (const path of files) assertNone(readFileSync(path, 'latin1'), path);
  });

  it('are not in the arguments of any process', () => {
    const processes = processesOf(one.root);
    assert(processes.length >= 3);
    for (const { command } of processes) assertNone(command, command);
  });

  it('are not in what commands print', () => {
    for (const output of outputs) assertNone(output, output);
  });

  it('are in no file that others may read', () => {
    const everything = readdirSync(one.root, { recursive: true, encoding: 'utf8' });
    const secret = everything.filter((name) => /(^|\/)(\.env|.*\.key|privkey\.pem|data\.mdb)$/.test(name));
    assert(secret.length >= 6, String(secret));
    for (const name of secret) assert.equal(statSync(one.at(name)).mode & 0o077, 0, name);
  });

  function assertNone(content: string, where: string): void {
    const written = [...Object.values(one.secrets), ...tokens.flatMap(partsOf)].filter((secret) =>
      content.includes(secret),
    );
    assert.equal(written.length, 0, `${where} holds ${written.length} of them`);
  }

  /** Every way a token can come, with an app that answers, with one that refuses, and with none at all. */
  async function useTokens(): Promise<void> {
    const [good = '', other = '', cut = ''] = tokens;
    const client = await one.connect(undefined, { headers: { Authorization: `Bearer ${good}` } });
    await client.end();
    await request(`/ws?token=${good}`);
    await request(`/ws?token=${cut.slice(0, -3)}`);
    await request(`/other?token=${other}`);
    // A malformed byte within: in a locale of UTF-8 the mask of nginx’s log would stop at it.
    const middle = cut.indexOf('.') + 20;
    const broken = `${cut.slice(0, middle)}\xff${cut.slice(middle)}`;
    for (const path of [`/ws?token=${good}`, `/ws?token=${broken}`, `/ws?Token%3d${other}`]) {
      const before = complaints();
      await until(
        async () => {
          if (isThere(one.pid('app'))) process.kill(one.pid('app'), 'SIGKILL');
          await request(path);
          return complaints() > before;
        },
        () => 'a complaint of nginx',
      );
    }
    await one.up();
  }

  const complaints = () => one.read('.hermes/logs/nginx.log').split('connect() failed').length;

  /** A handshake by hand, since no client would send all of these bytes. */
  async function request(path: string): Promise<void> {
    const socket = await openTls(one.ports.https, one.ca);
    const head = [
      'Host: localhost',
      'Connection: Upgrade',
      'Upgrade: websocket',
      'Sec-WebSocket-Version: 13',
    ];
    const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==';
    socket.write(`GET ${path} HTTP/1.1\r\n${[...head, key].join('\r\n')}\r\n\r\n`, 'latin1');
    socket.end();
    await text(socket).catch(() => '');
  }
});

/** The parts of a JWT that nobody but its holder knows. */
function partsOf(token: string): string[] {
  return token.split('.').slice(1);
}
