import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadSettings } from '../../../../app/src/settings/load.js';
import type { NginxBinary } from '../../../src/packages/new-nginx.js';
import { mask, nginxArguments, renderNginx } from '../../../src/render/nginx.js';
import type { Place } from '../../../src/render/place.js';
import { machine } from './machine.js';
import { type KeyKind, makeCa, type TestCa } from './openssl.js';
import { accepts, freePorts } from './ports.js';
import { until } from './until.js';

/** A real nginx, rendered and started for a test. */
export interface RunningNginx {
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly ipv6: boolean;
  readonly ca: TestCa;
  readonly folder: string;
  /** Swaps the served PEM by a rename, as a renewal does. */
  serve(pem: string): void;
  accessLog(): string;
  /** Standard error as nginx wrote it, and as it leaves the mask. */
  readonly complaints: { raw: string; masked: string };
  /** Ids of master and workers. */
  processes(): string[];
  stop(): Promise<void>;
}

/** The user whom workers of a privileged nginx become, with its group. */
const worker =
  process.getuid?.() === 0 ? { name: 'nobody', group: id('-gn'), gid: Number(id('-g')) } : undefined;

export interface NginxOptions {
  /** Of the certificate. */
  readonly key?: KeyKind;
  readonly binary?: NginxBinary;
  /** Chain and key of a certificate that the test sees to itself. */
  readonly pem?: string;
}

/** The nginx on PATH. */
export const machineNginx: NginxBinary = {
  path: 'nginx',
  env: {},
  version: machine.nginxVersion,
  opensslVersion: machine.opensslVersion,
};

export async function startNginx(
  upstream: string | readonly string[],
  environment: Record<string, string> = {},
  { key = 'ecdsa', binary = machineNginx, pem }: NginxOptions = {},
): Promise<RunningNginx> {
  const folder = mkdtempSync(join(tmpdir(), 'hermes nginx '));
  chmodSync(folder, 0o755);
  const runDirectory = join(folder, 'run');
  mkdirSync(runDirectory);
  const [httpPort = 0, httpsPort = 0] = await freePorts(2);
  const { settings } = loadSettings({
    commandLine: environment,
    environment: { HTTP_PORT: String(httpPort), HTTPS_PORT: String(httpsPort), MAX_CONNECTIONS: '1000' },
    folder,
  });
  const place: Place = {
    runDirectory,
    pem: pem ?? join(folder, 'tls.pem'),
    accessLog: join(folder, 'access.log'),
    upstreams: typeof upstream === 'string' ? [upstream] : upstream,
    ...(worker && { workerUser: `${worker.name} ${worker.group}` }),
    ipv6: machine.ipv6,
    descriptorLimit: machine.descriptorLimit,
    nginxVersion: binary.version,
    opensslVersion: binary.opensslVersion,
  };
  const ca = makeCa(folder);
  const serve = (pem: string) => {
    writeFileSync(`${place.pem}.new`, pem, { mode: 0o640 });
    if (worker) chownSync(`${place.pem}.new`, 0, worker.gid);
    renameSync(`${place.pem}.new`, place.pem);
  };
  if (!pem) serve(ca.leaf(key));

  const configuration = join(folder, 'nginx');
  renderNginx(settings, place, configuration);
  const nginx = spawn(binary.path, nginxArguments(place, configuration), {
    env: { ...process.env, ...binary.env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const sed = spawn(mask.command, mask.arguments, { env: { ...process.env, ...mask.environment } });
  const complaints = { raw: '', masked: '' };
  nginx.stderr.on('data', (data) => {
    complaints.raw += data;
  });
  sed.stdout.on('data', (data) => {
    complaints.masked += data;
  });
  nginx.stderr.pipe(sed.stdin);
  const stop = async () => {
    nginx.kill('SIGTERM');
    await Promise.all([ended(nginx), ended(sed)]);
    rmSync(folder, { recursive: true });
  };
  try {
    await until('nginx accepts connections', () => {
      if (nginx.exitCode !== null) throw new Error(`nginx ended at once: ${complaints.raw}`);
      return accepts(httpPort);
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    httpPort,
    httpsPort,
    ipv6: place.ipv6,
    ca,
    folder,
    serve,
    accessLog: () => readFileSync(place.accessLog, 'utf8'),
    complaints,
    processes: () =>
      execFileSync('ps', ['-o', 'pid=', '--ppid', String(nginx.pid)], { encoding: 'utf8' })
        .trim()
        .split(/\s+/),
    stop,
  };
}

function ended(child: ChildProcess): Promise<void> {
  return new Promise((done) => {
    if (child.exitCode !== null || child.signalCode !== null) done();
    else child.once('close', () => done());
  });
}

function id(option: string): string {
  return execFileSync('id', [option, 'nobody'], { encoding: 'utf8' }).trim();
}
