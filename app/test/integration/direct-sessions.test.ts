import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { renameSync } from 'node:fs';
import { tlsPolicy } from '../../src/tls/policy.js';
import { type PairFiles, writePair } from '../helpers/certificates.js';
import { newFolder, type RunningService, startService } from '../helpers/service.js';
import { newSession, shake, type TlsTarget } from '../helpers/tls-session.js';
import { until } from '../helpers/wait.js';

describe('sessions of direct TLS', () => {
  let pair: PairFiles;
  let renewed: PairFiles;
  let running: RunningService;
  let target: TlsTarget;
  before(async () => {
    const folder = newFolder();
    pair = await writePair(folder, 'server');
    renewed = await writePair(folder, 'renewed');
    const files = { SSL_KEYFILE: pair.keyFile, SSL_CERTFILE: pair.certFile };
    running = await startService({ ...files, SSL_REQUIRED: 'true' }, pair.cert);
    target = { port: running.port, ca: pair.cert };
  });
  after(() => running.stop());

  it('may be resumed for as long as the policy says', async () => {
    for (const version of ['TLSv1.2', 'TLSv1.3'] as const) {
      const input = await newSession(target, version);
      const said = execFileSync('openssl', ['sess_id', '-inform', 'DER', '-text', '-noout'], { input });
      assert.match(String(said), new RegExp(`lifetime hint: ${tlsPolicy.sessionLifetime} \\(seconds\\)`));
    }
  });

  it('are resumed across a renewal, by TLS 1.2 and 1.3', async () => {
    const [older, newer] = [await newSession(target, 'TLSv1.2'), await newSession(target, 'TLSv1.3')];
    renameSync(renewed.keyFile, pair.keyFile);
    renameSync(renewed.certFile, pair.certFile);
    running.service.reload();
    await until(
      () =>
        shake({ ...target, ca: renewed.cert }, 'TLSv1.3').then(
          () => true,
          () => false,
        ),
      () => 'the new certificate on the wire',
    );
    assert.equal((await shake(target, 'TLSv1.2', older)).resumed, true);
    assert.equal((await shake(target, 'TLSv1.3', newer)).resumed, true);
  });
});
