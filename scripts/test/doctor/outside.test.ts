import assert from 'node:assert/strict';
import { token } from '../../../app/test/helpers/tokens.js';
import { freePort } from '../../src/servers/free-port.js';
import { build } from '../commands/helpers/build.js';
import { removeScratches, type Scratch, scratch } from '../commands/helpers/scratch.js';
import { illSites, plain } from './helpers/ill-sites.js';
import { Sites, upgradeLines } from './helpers/sites.js';
import { assertFound, assertHealthy } from './helpers/verdict.js';

describe('make doctor URL=', function () {
  this.timeout(60_000);
  const sites = new Sites();
  let one: Scratch;
  before(build);
  beforeEach(async () => {
    one = await scratch();
    sites.trustAt(one.root);
  });
  afterEach(async () => {
    await sites.clear();
    await removeScratches();
  });

  const look = (url: string, ...given: readonly string[]) =>
    one.hermes('doctor', '--json', '--url', url, ...given);

  for (const [code, site] of Object.entries(illSites)) {
    it(`finds ${code}, and nothing else`, async () => {
      const { url, given = [], says: words } = await site(sites);
      const { faults } = assertFound(await look(url, ...given), code);
      if (words) assert.match(faults[0]?.cause ?? '', words);
    });
  }

  describe('of a site that is well', () => {
    const wellKnown = async () => {
      const location = `ssl_protocols TLSv1.2 TLSv1.3; location / { ${sites.behind(await sites.app(), ...upgradeLines)} }`;
      return `wss://localhost:${await sites.nginx(location, sites.ofIntermediate(true))}/ws`;
    };

    it('finds nothing, and says what it has looked at', async () => {
      const { right, notes } = assertHealthy(await look(await wellKnown(), `DOCTOR_TOKEN=${token()}`));
      const said = right.join('\n');
      for (const words of [
        /^DNS: localhost is at/,
        /^Certificate of .* 29 days left, chain of 2/m,
        /^TLS of .*TLS 1\.2, TLS 1\.3$/m,
        /^Handshake .*ping answered/m,
        /^Clock/m,
      ])
        assert.match(said, words);
      assert.match(notes.join('\n'), /local CA/);
    });

    it('calls it well without a token, and says how far it came', async () => {
      const { right, notes } = assertHealthy(await look(await wellKnown()));
      assert.match(right.join('\n'), /up to the token, which this path needs \(401\)/);
      assert.match(notes.join('\n'), /DOCTOR_TOKEN/);
    });

    it('takes 4401 for the same', async () => {
      const port = await sites.sockets((socket) => socket.close(4401));
      const { right } = assertHealthy(await look(plain(port)));
      assert.match(right.join('\n'), /\(4401\)/);
    });

    it('shows no token, neither of the setting nor of the URL', async () => {
      const secret = token();
      const run = await look(
        `${plain(await sites.nginx('return 308 https://other.test$request_uri;'))}?token=${secret}`,
      );
      assertFound(run, 'REDIRECTED');
      assert(!run.all.includes(secret));
      assert(!(await look(await wellKnown(), `DOCTOR_TOKEN=${secret}`)).all.includes(secret));
    });
  });

  it('takes no URL that is none, and not both of URL and HOST', async () => {
    for (const words of [
      ['--url', 'https://localhost'],
      ['--url', 'localhost'],
      ['--url', 'wss://localhost', '--host', 'a@b'],
    ]) {
      const { code, stdout, stderr } = await one.hermes('doctor', ...words);
      assert.equal(code, 2, stderr);
      assert.equal(stdout, '');
    }
  });

  it('says it in words, too', async () => {
    const { code, stdout } = await one.hermes('doctor', '--url', plain(await freePort()));
    assert.equal(code, 1);
    assert.match(stdout, /^✔ DNS: .*\n✖ PORT_CLOSED: .*\n {2}→ .+\n\n1 fault; /);
  });
});
