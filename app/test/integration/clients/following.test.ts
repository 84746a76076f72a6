import { strict as assert } from 'node:assert';
import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../../src/settings/project-root.js';
import { pythonWith } from '../../helpers/python.js';
import { newFolder, startService } from '../../helpers/service.js';
import { token } from '../../helpers/tokens.js';
import { Example } from './example.js';
import { Site, upTo } from './site.js';
import { makeCa } from './throwaway-ca.js';

const folder = join(projectRoot, 'docs/clients');
const program = (interpreter: string, file: string) => [interpreter, join(folder, file)] as const;

const examples = [
  {
    name: 'Node',
    command: async () => program(process.execPath, 'node/hermes-client.mjs'),
    /** Adds to, or is, the list of CAs that the runtime trusts by itself. */
    caVariable: 'NODE_EXTRA_CA_CERTS',
  },
  {
    name: 'Python',
    command: async () => program(await pythonWith(join(folder, 'python/requirements.txt')), 'python/hermes_client.py'),
    caVariable: 'SSL_CERT_FILE',
  },
];

for (const { name, command, caVariable } of examples) {
  describe(`the ${name} example`, () => {
    const site = new Site({ HANDSHAKES_PER_SECOND: '1' });
    const running = new Set<Example>();
    let line: readonly [string, ...string[]];

    before(async function () {
      this.timeout(180_000); // the packages may have to be fetched
      line = await command();
      await site.start();
    });
    afterEach(() => {
      for (const example of running) example.kill();
      running.clear();
    });
    after(() => site.stop());

    const run = (environment: Record<string, string> = {}, path = '/ws') => {
      const example = new Example(line, {
        HERMES_URL: `wss://${site.address}${path}`,
        HERMES_CA: site.ca.caFile,
        HERMES_TOKEN: token(),
        ...environment,
      });
      running.add(example);
      return example;
    };
    const refusals = (status: number) => site.service.metric('hermes_handshakes_total', `status="${status}"`);
  });
}
