import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { newFolder } from '../../../../app/test/helpers/service.js';
import { certificatePaths, livePath } from '../../../src/certs/layout.js';
import { updateRecord } from '../../../src/renewal/record.js';
import { servedFolder } from '../../../src/stack/workers.js';
import { illCertificates, install, soundCertificate } from './ill-certificates.js';
import type { Patient, Undo } from './patient.js';

/** Makes one thing wrong with a stack that runs. */
type Injection = (patient: Patient) => Undo | Promise<Undo>;

const hours = (count: number) => new Date(Date.now() + count * 3_600_000).toISOString();

const move = (from: string, to = `${from}.away`): Undo => {
  renameSync(from, to);
  return () => renameSync(to, from);
};

const mode = (file: string, wrong: number, sound: number): Undo => {
  chmodSync(file, wrong);
  return () => chmodSync(file, sound);
};

const pause = (pid: number): Undo => {
  process.kill(pid, 'SIGSTOP');
  return () => process.kill(pid, 'SIGCONT');
};

const stopped = async (
  server: { stop(): Promise<void>; start(): Promise<void> },
  then: () => Promise<void>,
) => {
  await server.stop();
  return async () => {
    await server.start();
    await then();
  };
};

/** Records of the renewal as they would be after so many looks. */
const recorded = async ({ stack }: Patient, record: Parameters<typeof updateRecord>[2]): Promise<Undo> => {
  const file = join(certificatePaths(stack.root).root, 'renewals.json');
  const before = existsSync(file) && readFileSync(file);
  await updateRecord(stack.root, 'localhost', record);
  return () => (before === false ? rmSync(file) : writeFileSync(file, before));
};

/** By the code of the one fault that each of them makes. */
export const injections: Readonly<Record<string, Injection>> = {
  SETTINGS_INVALID: (one) => one.edit(one.stack.at('.env'), (text) => `${text}PING_INTERVAL=never\n`),
  SECRET_MISSING: (one) =>
    one.edit(one.stack.at('.env'), (text) => text.replace(/^JWT_SECRET_KEY=.*\n/m, '')),
  ENV_READABLE: (one) => mode(one.stack.at('.env'), 0o644, 0o600),
  TOKEN_REFUSED: (one) =>
    one.edit(one.stack.at('.env'), (text) => text.replace(/^(JWT_SECRET_KEY=).*/m, `$1${'x'.repeat(64)}`)),

  ...Object.fromEntries(
    Object.entries(illCertificates).map(([code, ill]) => [code, (one: Patient) => install(one, ill)]),
  ),
  CERT_MISSING: (one) =>
    move(join(certificatePaths(one.stack.root).live, 'localhost'), one.stack.at('certs/moved')),
  CERT_UNREADABLE: (one) => {
    const [tls, fullchain] = [
      livePath(one.stack.root, 'localhost', 'tls'),
      livePath(one.stack.root, 'localhost', 'fullchain'),
    ];
    const damage = (text: string) =>
      text.replace(/(-----BEGIN CERTIFICATE-----\n).{20}/, '$1AAAAAAAAAAAAAAAAAAAA');
    const undo = [one.edit(tls, damage), one.edit(fullchain, damage)];
    return () => undo.map((put) => put());
  },
  KEY_EXPOSED: (one) => mode(livePath(one.stack.root, 'localhost', 'privkey'), 0o644, 0o600),
  SET_INCONSISTENT: (one) =>
    one.edit(livePath(one.stack.root, 'localhost', 'fullchain'), (text) => `${text}\n`),
  CA_INCOMPLETE: (one) => move(certificatePaths(one.stack.root).caKey),
  WIRE_DIFFERS: async (one) => {
    const folder = newFolder();
    const { cert, key } = soundCertificate(one, folder);
    const other = Buffer.concat([readFileSync(cert), readFileSync(key)]);
    const copy = join(servedFolder(one.stack.root), 'tls.pem');
    const kept = join(folder, 'kept.pem');
    copyFileSync(copy, kept);
    writeFileSync(copy, other);
    // An Nginx that keeps what it has read for a moment is made to read anew.
    await one.reloadNginx();
    return async () => {
      copyFileSync(kept, copy);
      await one.reloadNginx();
    };
  },

  RENEWAL_FAILING: (one) =>
    recorded(one, (record) => ({
      ...record,
      failures: 3,
      fault: { code: 'ca-incomplete', message: 'the local CA lacks ca.key' },
    })),
  RENEWAL_OVERDUE: (one) =>
    recorded(one, (record) => ({ ...record, lastLook: hours(-60), nextLook: hours(-48) })),

  NAME_UNKNOWN: (one) => one.answer(['other A 127.0.0.1']),
  NAME_WITHOUT_ADDRESS: (one) => one.answer(['hermes TXT "here"']),
  DNS_FAILING: (one) => stopped(one.dns, () => one.well()),

  BUS_NOT_READY: (one) => stopped(one.redis, () => one.well()),
  MQTT_NOT_READY: (one) => stopped(one.broker, () => one.well()),
  APP_SILENT: (one) => pause(one.stack.pid('app')),
  APP_DOWN: (one) => one.end('app', 'SIGKILL'),
  PROXY_DOWN: (one) => one.end('nginx'),
  WATCH_DOWN: (one) => one.end('watch'),
  RENEWAL_NOT_RUNNING: (one) => one.end('renewal'),

  UPSTREAM_DOWN: (one) =>
    one.editNginx('snippets/proxy/upstream.conf', (text) =>
      text.replace(/server 127.0.0.1:\d+/, 'server 127.0.0.1:1'),
    ),
  UPGRADE_DROPPED: (one) =>
    one.editNginx('snippets/proxy/websocket.conf', (text) =>
      text.replace(/^proxy_set_header Upgrade.*$/m, ''),
    ),
  CONNECTION_CUT: (one) =>
    one.editNginx('sites/https.conf', (text) => text.replace(/server_name .*;/, 'server_name other.test;')),
  PORT_CLOSED: async (one) => {
    const { https, answer } = one.stack.ports;
    const elsewhere = (text: string) => text.replaceAll(String(https), String(answer));
    const own = one.edit(one.stack.at('.hermes/build/nginx/snippets/listen/https.conf'), elsewhere);
    const undo = await one.editNginx('snippets/listen/https-default.conf', elsewhere);
    return async () => {
      own();
      await undo();
    };
  },
  IDLE_TIMEOUT_SHORT: (one) =>
    one.editNginx('snippets/proxy/websocket.conf', (text) =>
      text.replace(/^proxy_read_timeout .*$/m, 'proxy_read_timeout 30s;'),
    ),
  WORKER_CONNECTIONS_LOW: (one) =>
    one.editNginx('nginx.conf', (text) => text.replace(/worker_connections \d+/, 'worker_connections 256')),
  OPEN_FILES_LOW: (one) => {
    const limit = (soft: string) =>
      execFileSync('prlimit', ['--pid', String(one.stack.pid('app')), `--nofile=${soft}:`]);
    const [, before = ''] =
      /^Max open files +(\d+)/m.exec(readFileSync(`/proc/${one.stack.pid('app')}/limits`, 'utf8')) ?? [];
    limit('128');
    return () => limit(before);
  },
  DISK_FULL: (one) => {
    const folder = one.stack.at('.hermes/logs');
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder]);
    return () => execFileSync('umount', [folder]);
  },
};

/** Those whose fix is a command that mends it with nothing else to do, which is tried. */
export const mended: readonly string[] = [
  ...Object.keys(illCertificates),
  'CERT_MISSING',
  'CERT_UNREADABLE',
  'WIRE_DIFFERS',
  'SET_INCONSISTENT',
];
