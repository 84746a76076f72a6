import { strict as assert } from 'node:assert';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { ask } from '../../test/helpers/answer.js';
import { connect } from '../../test/helpers/client.js';
import type { Row } from '../row.js';
import type { ContractSite } from '../way.js';

const python = fileURLToPath(new URL('../verified-status.py', import.meta.url));

/** Gives the CA as a file, for programs. */
async function withCaFile(site: ContractSite, use: (path: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'hermes-contract-ca-'));
  try {
    const path = join(folder, 'ca.pem');
    writeFileSync(path, site.ca);
    await use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export const trustRows: readonly Row[] = [
  {
    id: 'trust-node',
    name: 'Node refuses the certificate without the CA, and takes it with it',
    run: async (site) => {
      const refusal = {
        code: /^(SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT_LOCALLY)$/,
      };
      await assert.rejects(ask(site.pageUrl, '/'), refusal);
      const url = `${site.socketUrl}/ws?token=${site.token(site.newcomer().claims)}`;
      await assert.rejects(connect(url), refusal);
      await (await connect(url, [], { ca: site.ca })).end();
    },
  },
  {
    id: 'trust-curl',
    name: 'curl refuses the certificate without the CA, and takes it with it',
    run: (site) =>
      withCaFile(site, async (caFile) => {
        const curl = (...trusted: string[]) =>
          execa('curl', ['-sS', '--noproxy', '*', ...trusted, `${site.pageUrl}/health/live`], {
            reject: false,
          });
        const refused = await curl();
        assert.deepEqual([refused.exitCode, refused.stdout], [60, '']);
        assert.equal((await curl('--cacert', caFile)).stdout, '{"status":"live"}');
      }),
  },
  {
    id: 'trust-python',
    name: 'Python refuses the certificate without the CA, and takes it with it',
    run: (site) =>
      withCaFile(site, async (caFile) => {
        const run = (...trusted: string[]) =>
          execa('python3', [python, site.pageUrl, ...trusted], { reject: false });
        const refused = await run();
        assert.equal(refused.stdout, '');
        assert.match(refused.stderr, /CERTIFICATE_VERIFY_FAILED/);
        assert.equal((await run(caFile)).stdout, '200');
      }),
  },
];
