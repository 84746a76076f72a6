import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureTraefik } from '../../../src/packages/traefik.js';
import { renderTraefik, traefikArguments } from '../../../src/render/traefik.js';
import { nameCertificate } from '../../../src/render/traefik-certificates.js';
import { type Asked, ask } from './ask.js';
import { makeCa } from './openssl.js';
import { freePorts } from './ports.js';
import { settingsOf } from './profiles.js';
import { until } from './until.js';

/** A real Traefik, rendered and started for a test. */
export interface RunningTraefik extends Asked {
  /** Swaps the PEM by a rename, as a renewal does, and has Traefik read it, unless told not to. */
  serve(pem: string, reread?: boolean): void;
  /** Has Traefik read the PEM again. */
  reread(): void;
  accessLog(): string;
  /** What it has said. */
  readonly said: string;
  stop(): Promise<void>;
}

/** A certificate that the test sees to itself: path of its chain and key, and PEM of its CA. */
export interface OwnCertificate {
  readonly pem: string;
  readonly ca: string;
}

/** @param upstream host and port of the app, or of each of its processes */
export async function startTraefik(
  upstream: string | readonly string[],
  environment: Record<string, string> = {},
  own?: OwnCertificate,
): Promise<RunningTraefik> {
  const folder = mkdtempSync(join(tmpdir(), 'hermes traefik '));
  const [httpPort = 0, httpsPort = 0] = await freePorts(2);
  const settings = settingsOf({
    HTTP_PORT: String(httpPort),
    HTTPS_PORT: String(httpsPort),
    ...environment,
  });
  const place = {
    folder: join(folder, 'configuration'),
    pem: own?.pem ?? join(folder, 'tls.pem'),
    accessLog: join(folder, 'access.log'),
    upstreams: typeof upstream === 'string' ? [upstream] : upstream,
  };
  const made = makeCa(folder);
  const ca = { ...made, certificate: own?.ca ?? made.certificate };
  if (!own) writeFileSync(place.pem, ca.leaf('ecdsa'));
  renderTraefik(settings, place);
  const process = await runTraefik(place.folder);
  try {
    // It listens before it has read its routers and its certificate.
    await until('Traefik has its routers and its certificate', async () => {
      if (process.child.exitCode !== null) throw new Error(`Traefik ended at once: ${process.said}`);
      const answer = await ask(
        { httpPort, httpsPort, ca },
        { headers: { Host: settings.DOMAIN[0] ?? '' } },
      ).catch(() => undefined);
      return answer !== undefined && answer.status !== 404;
    });
  } catch (error) {
    await process.stop();
    throw error;
  }
  const reread = () => nameCertificate(place.folder, place.pem);
  return {
    httpPort,
    httpsPort,
    ca,
    serve: (pem, again = true) => {
      replace(place.pem, pem);
      if (again) reread();
    },
    reread,
    accessLog: () => readFileSync(place.accessLog, 'utf8'),
    get said() {
      return process.said;
    },
    stop: async () => {
      await process.stop();
      rmSync(folder, { recursive: true });
    },
  };
}

export interface TraefikProcess {
  readonly child: ChildProcess;
  readonly said: string;
  /** @param signal absent: that of an orderly end */
  stop(signal?: NodeJS.Signals): Promise<void>;
}

/** Starts Traefik with a configuration that was rendered. */
export async function runTraefik(folder: string): Promise<TraefikProcess> {
  const child = spawn(await ensureTraefik(() => {}), traefikArguments(folder));
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (data) => {
      said += data;
    });
  }
  const ended = once(child, 'close');
  return {
    child,
    get said() {
      return said;
    },
    stop: async (signal = 'SIGTERM') => {
      child.kill(signal);
      await ended;
    },
  };
}

function replace(path: string, content: string): void {
  writeFileSync(`${path}.new`, content);
  renameSync(`${path}.new`, path);
}
