import assert from 'node:assert/strict';
import { newFolder } from '../../../app/test/helpers/service.js';
import { append } from '../certs/helpers/openssl.js';
import { build } from '../commands/helpers/build.js';
import { removeScratches, type Scratch, scratch } from '../commands/helpers/scratch.js';
import { leaf } from '../docs/servers/certificates.js';
import { assertFound, assertHealthy } from './helpers/verdict.js';

/** Fewer than the open files that any machine allows. */
const limits = { MAX_CONNECTIONS: '200' };

describe('make doctor, whatever serves', function () {
  this.timeout(120_000);
  before(build);
  afterEach(removeScratches);

  const ways: Readonly<Record<string, () => readonly string[]>> = {
    Traefik: () => ['PROXY=traefik'],
    'the app itself': () => ['PROXY=none'],
    'the app in plain text': () => ['PROXY=none', 'TLS=off'],
    'Nginx in plain text': () => ['TLS=off'],
    'own files': () => {
      const { ca, cert, key } = leaf(newFolder());
      append(cert, ca);
      return ['TLS=files', `SSL_CERTFILE=${cert}`, `SSL_KEYFILE=${key}`];
    },
  };

  for (const [name, settings] of Object.entries(ways)) {
    it(`finds nothing wrong where ${name} serves what is well, and the app where it hangs`, async () => {
      const one = await scratch({ environment: limits });
      await one.up(...settings());
      assertHealthy(await one.hermes('doctor', '--json'));
      process.kill(one.pid('app'), 'SIGSTOP');
      try {
        assertFound(await one.hermes('doctor', '--json'), 'APP_SILENT');
      } finally {
        process.kill(one.pid('app'), 'SIGCONT');
      }
    });
  }

  it('needs no more rights than the stack', async () => {
    const one = await scratch({ unprivileged: true, environment: limits });
    await one.up();
    assertHealthy(await one.hermes('doctor', '--json'));
  });

  it('finds no secret worth telling', async () => {
    const one = await scratch({ environment: limits });
    await one.up();
    const { all } = await one.hermes('doctor', '--json');
    for (const secret of Object.values(one.secrets)) assert(!all.includes(secret));
  });

  it('says what to do before anything was started, and in plain text where nobody looks, even in a pipeline', async () => {
    const one: Scratch = await scratch({ environment: { ...limits, CI: 'true' } });
    assertFound(await one.hermes('doctor', '--json'), 'STACK_DOWN');
    const { code, stdout } = await one.hermes('doctor');
    assert.equal(code, 1);
    assert.match(stdout, /^✖ STACK_DOWN: nothing of this checkout runs\n {2}→ make up$/m);
  });
});
