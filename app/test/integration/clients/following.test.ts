import { strict as assert } from 'node:assert';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../src/settings/project-root.js';
import { pythonWith } from '../../helpers/python.js';
import { newFolder, startService } from '../../helpers/service.js';
import { token } from '../../helpers/tokens.js';
import { until } from '../../helpers/wait.js';
import { Example } from './example.js';
import { allOf, Site } from './site.js';
import { makeCa } from './throwaway-ca.js';

const clients = join(projectRoot, 'docs/clients');
const requirements = join(clients, 'python/requirements.txt');

const examples = [
  {
    name: 'Node',
    interpreter: async () => process.execPath,
    file: 'node/hermes-client.mjs',
    caVariable: 'NODE_EXTRA_CA_CERTS',
  },
  {
    name: 'Python',
    interpreter: () => pythonWith(requirements),
    file: 'python/hermes_client.py',
    caVariable: 'SSL_CERT_FILE',
  },
];

for (const { name, interpreter, file, caVariable } of examples) {
  describe(`the ${name} example`, () => {
    let site: Site;
    const cleanups: (() => unknown)[] = [];
    let command: readonly [string, string];

    before(async function () {
      this.timeout(180_000); // packages may have to be fetched
      command = [await interpreter(), join(clients, file)];
      site = new Site();
      await site.start({ BUS_RETENTION: '100' });
    });
    afterEach(async () => {
      for (const cleanup of cleanups.splice(0)) await cleanup();
    });
    after(() => site.stop());

    const run = (environment: Record<string, string> = {}) => {
      const ours = {
        HERMES_URL: `wss://${site.address}/ws`,
        HERMES_CA: site.ca.caFile,
        HERMES_TOKEN: token(),
      };
      const example = new Example(command, { ...ours, ...environment });
      cleanups.push(() => example.kill());
      return example;
    };

    it('verifies the server by the CA file, and prints what is published', async () => {
      const example = run();
      await example.connected();
      const number = await site.publish();
      assert.deepEqual(await example.uplinksTo(number), [number]);
    });

    it(`verifies the server by ${caVariable} too`, async () => {
      const example = run({ HERMES_CA: '', [caVariable]: site.ca.caFile });
      await example.connected();
    });

    it('refuses a server whose certificate is by another CA', async () => {
      const example = run({ HERMES_CA: makeCa(newFolder()).caFile });
      assert.deepEqual(await example.ended(), { code: 1, signal: null });
      assert.match(example.log, /^hermes: the certificate of the server is not trusted: .+\n$/);
    });

    it('comes back after a restart and after a cut line, with nothing lost or repeated', async () => {
      const example = run();
      await example.connected();
      const first = await site.publish();
      await example.uplinksTo(first);
      await site.restart(() => site.publish(3));
      await example.connected(2);
      assert.match(example.log, /hermes: 1012 ?.*restarts/s);
      await site.cut(() => site.publish(3));
      await example.connected(3);
      assert.match(example.log, /hermes: 1006/);
      const last = await site.publish();
      assert.deepEqual(await example.uplinksTo(last), allOf(first, last));
    });

    it('resumes where the process before it was', async () => {
      const before = run();
      await before.connected();
      await before.uplinksTo(await site.publish());
      await before.stop();
      const last = await site.publish(2);
      const after = run({ HERMES_SINCE: String(before.frames.at(-1)?.id) });
      assert.deepEqual(await after.uplinksTo(last), [last - 1, last]);
    });

    it('tells when the history does not reach back far enough', async () => {
      const last = await site.publish(150);
      const example = run({ HERMES_SINCE: '0' });
      const [oldest, ...rest] = await example.uplinksTo(last);
      assert.deepEqual(rest, allOf(Number(oldest) + 1, last));
      assert.deepEqual(example.frames[0], { type: 'gap', oldest: example.frames[1]?.id });
      assert.match(example.log, /messages are missing: the history begins at \d+-\d+/);
    });

    it('does not show a refused token again', async () => {
      const unauthorized = () => site.service.metric('hermes_handshakes_total', 'status="401"');
      const before = await unauthorized();
      const example = run({ HERMES_TOKEN: `${token()}x` });
      assert.equal((await example.ended()).code, 1);
      assert.match(example.log, /401: the token was refused: its signature .*\n.*there is no newer one\n$/);
      assert.equal(await unauthorized(), before + 1);
    });

    it('fetches a new token when the old one has expired', async () => {
      const source = join(newFolder(), 'token');
      writeFileSync(source, token({ exp: Date.now() / 1_000 + 2.5 }));
      const example = run({ HERMES_TOKEN_FILE: source });
      await example.connected();
      const first = await site.publish();
      await example.uplinksTo(first);
      writeFileSync(source, token());
      await example.says(/1008: the token has expired/);
      const last = await site.publish(2);
      assert.deepEqual(await example.uplinksTo(last), allOf(first, last));
    });

    it('ends on a channel that the token may not open, in the words of the server', async () => {
      const example = run({ HERMES_URL: `wss://${site.address}/ws/tenant/other` });
      assert.equal((await example.ended()).code, 1);
      assert.match(
        example.log,
        /^hermes: 403 the token does not belong to this tenant \(use a token .*\)\n$/,
      );
    });

    it('follows ws:// for development, and waits as long as Retry-After says', async () => {
      const service = await startService({ CONNECTIONS_PER_ADDRESS: '1' });
      cleanups.push(() => service.stop());
      const first = run({ HERMES_URL: `${service.wsUrl}/ws` });
      await first.connected();
      await service.publish({ f_cnt: 1 });
      assert.deepEqual(await first.uplinksTo(1), [1]);
      const second = run({ HERMES_URL: `${service.wsUrl}/ws` });
      await second.says(/429: too many sockets from this address .*; next attempt in [56]\.\d s/);
    });

    it('closes in the ordinary way on SIGTERM', async () => {
      const ordinary = () => site.service.metric('hermes_closes_total', 'code="1000"');
      const before = await ordinary();
      const example = run();
      await example.connected();
      assert.deepEqual(await example.stop(), { code: 0, signal: null });
      await until(
        async () => (await ordinary()) > before,
        () => 'a close with 1000',
      );
    });

    for (const mistake of [
      { HERMES_TOKEN: '' },
      { HERMES_CA: 'no-such-file.pem' },
      { HERMES_URL: 'localhost' },
    ]) {
      it(`says in one line what is wrong with ${Object.entries(mistake).join().replace(',', '=')}`, async () => {
        const example = run(mistake);
        assert.equal((await example.ended()).code, 1);
        assert.match(example.log, /^hermes: .+\n$/);
      });
    }
  });
}
