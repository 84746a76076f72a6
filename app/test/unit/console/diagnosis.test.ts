import { strict as assert } from 'node:assert';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { explainRefusal } from '../../../src/console/diagnosis.js';
import { type RunningService, startService } from '../../helpers/service.js';
import { token } from '../../helpers/tokens.js';

describe('the console’s diagnosis of a failed handshake', () => {
  let service: RunningService;
  let page: URL;
  before(async () => {
    service = await startService();
    page = new URL(`http://127.0.0.1:${service.port}/`);
  });
  after(() => service.stop());

  const explain = (path: string, jwt = token()) =>
    explainRefusal({ url: new URL(path, page.href.replace('http', 'ws')), jwt, page });

  it('is the server’s own answer to the same handshake', async () => {
    const foreign = token().replace(/.{8}$/, 'AAAAAAAA');
    const { code, reason, retry } = await explain('/ws', foreign);
    assert.deepEqual({ code, retry }, { code: 'refused-401', retry: false });
    assert.match(reason ?? '', /signature/);
    assert.equal((await explain('/ws/nothing/here')).code, 'refused-404');
    assert.equal((await explain('/ws/tenant/other')).code, 'refused-403');
    assert.equal((await explain('/ws?since=nonsense')).code, 'refused-400');
  });

  it('names the upgrade when the handshake would be accepted', async () => {
    const { code, retry } = await explain('/ws/tenant/t1');
    assert.deepEqual({ code, retry }, { code: 'upgrade-lost', retry: true });
  });

  it('tells a proxy without its app from a server that is not there', async () => {
    const proxy = createServer((_request, response) => response.writeHead(502).end());
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve));
    const lone = new URL(`http://127.0.0.1:${(proxy.address() as AddressInfo).port}/`);
    const url = new URL('/ws', lone.href.replace('http', 'ws'));
    const ask = async (from: URL, to: URL) =>
      (await explainRefusal({ url: to, jwt: token(), page: from })).code;
    assert.equal(await ask(lone, url), 'no-app');
    proxy.closeAllConnections();
    await new Promise((resolve) => proxy.close(resolve));
    assert.equal(await ask(lone, url), 'unreachable');
  });

  it('speaks of the certificate on a secure page only, and gives the page that shows its error', async () => {
    const secure = new URL(page.href.replace('http', 'https'));
    const url = new URL('/ws', page.href.replace('http', 'wss'));
    const problem = await explainRefusal({ url, jwt: token(), page: secure });
    assert.equal(problem.code, 'unreachable');
    assert.match(problem.title, /certificate/);
    assert.equal(problem.link, secure.href);
  });

  it('says for another server what may be, without asking it', async () => {
    const url = new URL('wss://elsewhere.example/ws');
    const problem = await explainRefusal({ url, jwt: token(), page });
    assert.equal(problem.code, 'foreign-server');
    assert.ok(problem.detail.includes(`${page.origin} in its ALLOWED_ORIGINS`));
    assert.equal(problem.link, 'https://elsewhere.example/');
  });
});
