import { equal, rejects } from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { type RunningService, startService } from '../../../app/test/helpers/service.js';
import { token } from '../../../app/test/helpers/tokens.js';
import { until } from '../../../app/test/helpers/wait.js';
import { ensureTraefik } from '../../src/packages/traefik.js';
import { newProject, removeProjects } from '../certs/helpers/project.js';
import { closeBrowsers } from '../docs/clients/chromium.js';
import { startNginx } from '../render/helpers/nginx.js';
import { makeCa } from '../render/helpers/openssl.js';
import { startTraefik } from '../render/helpers/traefik.js';
import { type Visit, visitInChromium } from './helpers/chromium-visit.js';
import { Firefox } from './helpers/firefox.js';
import { Swapping } from './helpers/swapping.js';
import { workersGid } from './helpers/workers.js';

const names = ['nginx', 'traefik'] as const;

type Proxy = (typeof names)[number];

/** The parts that every combination shares are started once: a browser takes longer than all the rest. */
describe('browsers, which verify the certificate', function () {
  this.timeout(180_000);
  let swapping: Swapping;
  let firefox: Firefox;
  const stops: (() => Promise<unknown>)[] = [];
  const proxies = {} as Record<Proxy, { port: number; app: RunningService }>;

  before(async function () {
    // Where there is no Traefik, it is built first.
    this.timeout(1_500_000);
    await ensureTraefik(() => {});
    swapping = await Swapping.begin(workersGid);
    const pem = swapping.live('tls');
    const own = { pem, ca: swapping.ca.certificate.toString() };
    for (const proxy of names) {
      const app = await startService({ PROXY: proxy, TRUST_PROXY_HOPS: '1' });
      stops.unshift(() => app.stop());
      const address = `127.0.0.1:${app.port}`;
      const running = await (proxy === 'nginx'
        ? startNginx(address, {}, { pem })
        : startTraefik(address, {}, own));
      stops.unshift(running.stop);
      proxies[proxy] = { port: running.httpsPort, app };
    }
    firefox = await Firefox.start(swapping.ca.file);
    stops.unshift(() => firefox.stop(), closeBrowsers);
  });
  after(async () => {
    for (const stop of stops) await stop();
    removeProjects();
  });

  const browsers: Readonly<Record<string, Visit>> = {
    Chromium: (use) => visitInChromium(swapping.ca.file, use),
    Firefox: (use) => use(firefox),
  };

  for (const [browser, visit] of Object.entries(browsers)) {
    for (const proxy of names) {
      it(`${browser} loads the page by HTTP/2 through ${proxy}, opens a socket, and gets what is published`, async () => {
        const { port, app } = proxies[proxy];
        await visit(async (page) => {
          await page.load(`https://localhost:${port}/`);
          equal(await page.evaluate(protocolOfPage), 'h2');
          await page.evaluate(open(`wss://localhost:${port}/ws`, token()));
          const id = await app.publish();
          let frames = '';
          await until(
            async () => {
              frames = await page.evaluate(`frames.join('\\n')`);
              return frames.includes(id);
            },
            () => `the frame ${id}; so far: ${frames}`,
            60_000,
          );
        });
      });
    }

    it(`${browser} does not load a page whose certificate is of another CA`, async () => {
      const stranger = await startStranger();
      const { port } = stranger.address() as AddressInfo;
      try {
        await visit((page) =>
          rejects(
            page.load(`https://localhost:${port}/`),
            /ERR_CERT_AUTHORITY_INVALID|SEC_ERROR_UNKNOWN_ISSUER/,
          ),
        );
      } finally {
        stranger.close();
      }
    });
  }
});

const protocolOfPage = `performance.getEntriesByType('navigation')[0].nextHopProtocol`;

/** Runs in the page: opens a socket, and keeps what comes. */
const open = (url: string, jwt: string) => `new Promise((opened, fail) => {
  globalThis.frames = [];
  const socket = new WebSocket(${JSON.stringify(url)}, ['bearer', ${JSON.stringify(jwt)}]);
  socket.onopen = () => opened('open');
  socket.onerror = () => fail(new Error('the socket did not open'));
  socket.onmessage = ({ data }) => frames.push(data);
})`;

async function startStranger(): Promise<Server> {
  const pem = makeCa(newProject()).leaf('ecdsa');
  const server = createServer({ key: pem, cert: pem }, (_request, response) => response.end('stranger'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
