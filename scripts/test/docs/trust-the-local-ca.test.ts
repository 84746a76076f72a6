import assert from 'node:assert/strict';
import { readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { newFolder } from '../../../app/test/helpers/service.js';
import { make } from '../certs/helpers/openssl.js';
import { build } from '../commands/helpers/build.js';
import { startChromium } from './clients/chromium.js';
import { cleanEnvironment } from './clients/process.js';
import { findPython } from './clients/programs.js';
import { blocksOf } from './page/blocks.js';
import { Stack } from './servers/stack.js';

const blocks = blocksOf(new URL('../../../docs/how-to/trust-the-local-ca.md', import.meta.url));

const nodeModules = fileURLToPath(new URL('../../../node_modules', import.meta.url));

describe('docs/how-to/trust-the-local-ca.md', function () {
  this.timeout(120_000);
  let stack: Stack;
  let environment: Record<string, string>;

  before(async () => {
    await build();
    stack = await (await Stack.create()).up();
    symlinkSync(nodeModules, join(stack.folder, 'node_modules'));
    const python = dirname(await findPython());
    environment = { PATH: `${python}:${cleanEnvironment.PATH}`, HOME: newFolder() };
  });
  after(() => stack.remove());

  /** The only block of a section in this language; its n-th one where there are several. */
  function code(section: string, language: string, index = 0): string {
    const block = blocks.filter((one) => one.section === section && one.language === language)[index];
    assert(block, `“${section}” has no block of ${language}`);
    return block.code;
  }

  /** Runs commands as a reader would who has read the page up to there. */
  const run = (commands: string) => stack.sh(`${code('Trust the local CA', 'bash')}${commands}`, environment);

  const program = (name: string, source: string) =>
    writeFileSync(join(stack.folder, name), stack.here(source));

  /** It gets through, and with the file of another CA in that place it does not. */
  async function trusts(commands: string, works: RegExp): Promise<void> {
    assert.match(await run(commands), works);
    const own = readFileSync(stack.ca);
    writeFileSync(stack.ca, readFileSync(make(newFolder(), 'another', { ca: true }).cert));
    try {
      await assert.rejects(run(commands), /certificate|CERTIFICATE/);
    } finally {
      writeFileSync(stack.ca, own);
    }
  }

  it('tells how to compare the CA', async () => {
    const output = await run(code('What trusting means', 'bash'));
    assert.match(output, /Monitor Hermes local CA/);
    assert.match(output, /SHA256 Fingerprint=([0-9A-F]{2}:){31}/i);
  });

  it('is right about curl', () => trusts(code('curl', 'bash'), /"ready"/));

  it('is right about CURL_CA_BUNDLE', () => {
    const bare = code('curl', 'bash').replace('--cacert certs/ca/ca.pem ', '');
    return trusts(`CURL_CA_BUNDLE=certs/ca/ca.pem ${bare}`, /"ready"/);
  });

  it('is right about wscat', () => {
    // It ends with its standard input, and by itself after what it was told to send.
    const command = `${code('wscat', 'bash').trim()} -x '{"action":"ping"}' 0<>open-input`;
    return trusts(`[ -p open-input ] || mkfifo open-input; ${command} | tee said; grep -q pong said`, /pong/);
  });

  it('is right about a program in Node of one’s own', () => {
    program('own.mjs', code('Node', 'js'));
    return trusts('node own.mjs', /^open$/m);
  });

  it('is right about NODE_EXTRA_CA_CERTS', () => {
    program('your-program.mjs', code('Node', 'js').replace(/^ +ca: .*\n/m, ''));
    return trusts(code('Node', 'bash'), /^open$/m);
  });

  it('is right about a program in Python of one’s own', () => {
    program('own.py', code('Python', 'python'));
    return trusts('python3 own.py', /^open$/m);
  });

  it('is right about SSL_CERT_FILE', () => {
    program('your_program.py', code('Python', 'python').replace(/cafile=".*?"/, ''));
    return trusts(code('Python', 'bash'), /^open$/m);
  });

  for (const folder of ['.pki/nssdb', '.local/share/pki/nssdb']) {
    it(`is right about Chromium, and how to undo it, with ${folder}`, async () => {
      const home = newFolder();
      const section = 'Chromium and Chrome on Linux';
      const asUser = (commands: string) => stack.sh(commands, { HOME: home });
      await asUser(`mkdir -p ~/${folder}`);
      await asUser(code(section, 'bash'));
      assert.equal(await openPage(home), 'Monitor Hermes');
      await asUser(code(section, 'bash', 1));
      assert.match(await openPage(home), /net::ERR_CERT_AUTHORITY_INVALID/);
    });
  }

  /** The title of the console page, or why there is none. */
  async function openPage(home: string): Promise<string> {
    const browser = await startChromium(home);
    try {
      const page = await browser.newPage();
      await page.goto(stack.here('https://localhost:8443/'));
      return await page.title();
    } catch (error) {
      return (error as Error).message;
    } finally {
      await browser.close();
    }
  }
});
