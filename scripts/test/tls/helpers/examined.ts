import { startProcess } from '../../../../app/test/helpers/process.js';
import { startService } from '../../../../app/test/helpers/service.js';
import type { NginxBinary } from '../../../src/packages/new-nginx.js';
import { startNginx } from '../../render/helpers/nginx.js';
import { startTraefik } from '../../render/helpers/traefik.js';
import { Swapping } from './swapping.js';
import { workersGid } from './workers.js';

/** A server that runs to be examined, with the app in it or behind it. */
export interface Examined {
  readonly port: number;
  /** Of the CA to trust. */
  readonly caFile: string;
  stop(): Promise<unknown>;
}

/** As with a public certificate, so with HSTS; testssl.sh asks for `localhost`. */
const published = { TLS: 'files', DOMAIN: 'localhost,hermes.test' };

/** The kit's nginx. */
export async function examinedNginx(binary: NginxBinary): Promise<Examined> {
  const swapping = await Swapping.begin(workersGid);
  const app = await startService({ PROXY: 'nginx', TRUST_PROXY_HOPS: '1' });
  const options = { binary, pem: swapping.live('tls') };
  const nginx = await startNginx(`127.0.0.1:${app.port}`, published, options);
  const stop = () => nginx.stop().finally(() => app.stop());
  return { port: nginx.httpsPort, caFile: swapping.ca.file, stop };
}

/** The kit's Traefik. */
export async function examinedTraefik(): Promise<Examined> {
  const swapping = await Swapping.begin();
  const app = await startService({ PROXY: 'traefik', TRUST_PROXY_HOPS: '1' });
  const own = { pem: swapping.live('tls'), ca: swapping.ca.certificate.toString() };
  const traefik = await startTraefik(`127.0.0.1:${app.port}`, published, own);
  const stop = () => traefik.stop().finally(() => app.stop());
  return { port: traefik.httpsPort, caFile: swapping.ca.file, stop };
}

/** The app itself. */
export async function examinedApp(): Promise<Examined> {
  const swapping = await Swapping.begin();
  const files = { SSL_CERTFILE: swapping.live('fullchain'), SSL_KEYFILE: swapping.live('privkey') };
  const { app, target } = await startProcess({ ...published, ...files });
  return { port: target.port, caFile: swapping.ca.file, stop: () => app.end('SIGTERM') };
}
