import { startProcess } from '../../../../app/test/helpers/process.js';
import { startService } from '../../../../app/test/helpers/service.js';
import { startNginx } from '../../render/helpers/nginx.js';
import { startTraefik } from '../../render/helpers/traefik.js';
import type { NginxBinary } from './new-nginx.js';
import { Swapping } from './swapping.js';
import { examine, type Finding, type TestsslProgram } from './testssl.js';
import { workersGid } from './workers.js';

/** As with a public certificate, so with HSTS; testssl.sh asks for `localhost`. */
const published = { TLS: 'files', DOMAIN: 'localhost,hermes.test' };

/** What testssl.sh finds of the kit's nginx with the app behind it. */
export async function examineNginx(program: TestsslProgram, binary: NginxBinary): Promise<Finding[]> {
  const swapping = await Swapping.begin(workersGid);
  const app = await startService({ PROXY: 'nginx', TRUST_PROXY_HOPS: '1' });
  const options = { binary, pem: swapping.live('tls') };
  const nginx = await startNginx(`127.0.0.1:${app.port}`, published, options);
  try {
    return await examine(program, nginx.httpsPort, swapping.ca.file);
  } finally {
    await nginx.stop();
    await app.stop();
  }
}

/** What it finds of the kit's Traefik with the app behind it. */
export async function examineTraefik(program: TestsslProgram): Promise<Finding[]> {
  const swapping = await Swapping.begin();
  const app = await startService({ PROXY: 'traefik', TRUST_PROXY_HOPS: '1' });
  const own = { pem: swapping.live('tls'), ca: swapping.ca.certificate.toString() };
  const traefik = await startTraefik(`127.0.0.1:${app.port}`, published, own);
  try {
    return await examine(program, traefik.httpsPort, swapping.ca.file);
  } finally {
    await traefik.stop();
    await app.stop();
  }
}

/** What it finds of the app itself. */
export async function examineApp(program: TestsslProgram): Promise<Finding[]> {
  const swapping = await Swapping.begin();
  const files = { SSL_CERTFILE: swapping.live('fullchain'), SSL_KEYFILE: swapping.live('privkey') };
  const { app, target } = await startProcess({ ...published, ...files });
  try {
    return await examine(program, target.port, swapping.ca.file);
  } finally {
    await app.end('SIGTERM');
  }
}
