import assert from 'node:assert/strict';
import { loadSettings } from '../../../app/src/settings/load.js';
import type { Handshake } from '../../src/certs/handshake.js';
import type { WireResult } from '../../src/certs/wire.js';
import type { Look } from '../../src/deploy/look.js';
import { checkCertificates, checkRenewal } from '../../src/doctor/check-certificates.js';
import { checkSite, checkSiteContainers } from '../../src/doctor/check-site.js';
import { checkContainers } from '../../src/doctor/check-stack.js';
import { type FaultCode, faults } from '../../src/doctor/faults.js';
import { type Findings, faultOf } from '../../src/doctor/findings.js';
import { readAttempt } from '../../src/doctor/read-attempt.js';
import { readHandshake } from '../../src/doctor/read-handshake.js';
import { renewalOutlook } from '../../src/renewal/outlook.js';
import type { CertificateReport } from '../../src/stack/certificate-report.js';
import type { Status } from '../../src/stack/status.js';
import { illSites } from './helpers/ill-sites.js';
import { injections } from './helpers/injections.js';

const settingsOf = (environment: Readonly<Record<string, string>>) =>
  loadSettings({ environment, folder: '/nonexistent' });
const codesOf = (findings: Findings) => findings.faults.map(({ code }) => code);

const day = 86_400_000;
const now = new Date();
const validity = {
  notBefore: new Date(now.getTime() - 80 * day),
  notAfter: new Date(now.getTime() + 10 * day),
};
const report = (more: Partial<CertificateReport>): CertificateReport[] => [
  { kind: 'live', name: 'localhost', path: 'fullchain.pem', faults: [], ...more },
];
const withFault = (code: string) => report({ faults: [{ code, cause: 'seen', fix: 'do' }] });
const { settings } = settingsOf({});

const host: Look = {
  user: { name: 'me', uid: 1, gid: 1 },
  root: '/srv/hermes',
  clockAhead: 0,
  engine: '29.0.0',
  compose: '2.40.0',
  free: { root: 9_000, engine: 9_000 },
  writable: true,
  env: 'SERVICES=redis,mongo',
  envMode: '600',
  current: '1-a',
  previous: undefined,
  releases: [],
  journal: undefined,
  holder: undefined,
  certificates: [],
  containers: [{ name: 'app', state: 'running', status: 'Up', image: 'a', release: '1-a' }],
  projects: [],
  images: new Set(),
  listening: new Set(),
  addresses: [],
};
const secrets = Object.fromEntries(
  ['JWT_SECRET_KEY', 'SERVICE_API_KEY', 'REDIS_PASSWORD', 'MONGO_PASSWORD'].map((key) => [
    key,
    'x'.repeat(40),
  ]),
);
const onHost = (more: Partial<Look>, given: Readonly<Record<string, string>> = {}) =>
  checkSite({ ...host, ...more }, settingsOf({ ...secrets, SERVICES: 'redis,mongo', ...given }));

/** From facts to a finding, where the fact cannot be had on a machine for tests, or another test has it at length. */
const readings: Partial<Record<FaultCode, () => Findings | Promise<Findings>>> = {
  CHECK_FAILED: () => faultOf(new Error('something else')),
  KEY_MISSING: () => checkCertificates(withFault('key-missing'), settings),
  CA_UNUSABLE: () =>
    checkCertificates(
      [...report({}), ...withFault('ca-unusable').map((one) => ({ ...one, kind: 'ca' as const }))],
      settings,
    ),
  WIRE_UNVERIFIED: () => {
    const target = { address: '127.0.0.1', port: 443, servername: 'localhost' };
    const wire: WireResult[] = [{ ...target, matches: false, fault: 'wire-unverified', cause: 'seen' }];
    return checkCertificates(report({ wire }), settings);
  },
  RENEWAL_YOURS: () => {
    const outlook = renewalOutlook(validity, undefined, { by: 'operator', takesOver: true }, now);
    return checkRenewal(report({ outlook }), settingsOf({ TLS: 'files' }).settings);
  },
  CERT_REFUSED: () => {
    const served = { ...validity, names: [], chain: ['a'], issuer: 'CN=a' };
    const refusal = { code: 'CERT_REVOKED', reason: 'certificate revoked' };
    return readHandshake({ served, refusal } as unknown as Handshake, 'here', now);
  },
  STORE_NOT_READY: () =>
    checkContainers({ processes: {}, parts: { store: 'no answer in time' } } as unknown as Status),
  CONTAINER_UNWELL: () =>
    checkSiteContainers(
      {
        ...host,
        containers: host.containers.map((one) => ({ ...one, state: 'exited', status: 'Exited (1)' })),
      },
      'hermes',
      {},
    ),
  NOTHING_DEPLOYED: () => onHost({ current: undefined }),
  DEPLOY_INTERRUPTED: () =>
    onHost({
      journal: { what: 'deploy', step: 'start', release: '2-b', project: 'p', by: 'me', since: 'now' },
    }),
  ENGINE_DENIED: () => onHost({ engine: 'permission denied while trying to connect' }),
  ENGINE_AWAY: () => onHost({ engine: '' }),
  ENGINE_OLD: () => onHost({ engine: '18.0.0' }),
  COMPOSE_MISSING: () => onHost({ compose: '' }),
  COMPOSE_OLD: () => onHost({ compose: '1.29.0' }),
  ROOT_NOT_WRITABLE: () => onHost({ writable: false }),
  NAME_TAKEN: () => onHost({ projects: [{ name: 'monitor-hermes', folder: '/other' }] }),
  DEPLOY_WITHOUT_PROXY: () => onHost({}, { PROXY: 'none' }),
  DEPLOY_SHARES_NOTHING: () => onHost({}, { SERVICES: 'redis' }),
};

/** Provoked in a test of another shape: here.test.ts, names.test.ts and host.test.ts. */
const elsewhere: readonly FaultCode[] = [
  'CLOCK_WRONG',
  'SUPERVISOR_DOWN',
  'STACK_DOWN',
  'PORT_IN_USE',
  'CAA_FORBIDS',
  'CHALLENGE_UNREACHABLE',
  'CHALLENGE_REDIRECT',
  'SSH_FAILED',
];

describe('the readings of the doctor', () => {
  for (const [code, read] of Object.entries(readings)) {
    it(`tell ${code}, and nothing else`, async () => {
      assert.deepEqual(codesOf(await read()), [code]);
    });
  }

  it('let no server drive the terminal', () => {
    const { faults: found } = readAttempt(
      { reached: 'http', status: 500, location: '', body: '\u001b[2Jcleared\u0007\u009b31m' },
      { name: 'to it', target: { address: '192.0.2.1', port: 80 } },
    );
    assert.match(found[0]?.cause ?? '', /500 \(\[2Jcleared31m\)/);
  });

  it('tell of containers what explains the rest, alone', () => {
    const codes = (parts: Readonly<Record<string, string>>) =>
      codesOf(checkContainers({ processes: {}, parts }));
    assert.deepEqual(codes({ 'app-1': 'ok', bus: 'ok' }), []);
    assert.deepEqual(codes({ 'app-1': 'unhealthy: bus: away', bus: 'away' }), ['BUS_NOT_READY']);
    assert.deepEqual(codes({ 'app-1': 'unhealthy', bus: 'away', 'redis-1': 'exited' }), ['CONTAINER_UNWELL']);
    assert.deepEqual(codes({ 'watch-1': 'exited', bus: 'away' }), ['CONTAINER_UNWELL', 'BUS_NOT_READY']);
  });

  it('tell nothing of a host that is well', async () => {
    assert.deepEqual(codesOf(await onHost({})), []);
    assert.deepEqual(codesOf(await onHost({ clockAhead: 60 })), []);
    assert.deepEqual(codesOf(await onHost({ clockAhead: 600 })), ['CLOCK_WRONG']);
  });

  it('and the tests of servers provoke every fault that there is', () => {
    const provoked = [
      ...Object.keys(injections),
      ...Object.keys(illSites),
      ...Object.keys(readings),
      ...elsewhere,
    ];
    assert.deepEqual([...new Set(provoked)].sort(), Object.keys(faults).sort());
  });
});
