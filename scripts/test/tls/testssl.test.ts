import { deepEqual, equal } from 'node:assert/strict';
import { newNginx } from '../../src/packages/new-nginx.js';
import { ensureTraefik } from '../../src/packages/traefik.js';
import { removeProjects } from '../certs/helpers/project.js';
import { machineNginx } from '../render/helpers/nginx.js';
import { type Examined, examinedApp, examinedNginx, examinedTraefik } from './helpers/examined.js';
import { examine, type Finding, testsslProgram } from './helpers/testssl.js';

/** Findings that are none of the kit's, and why. WARN is what testssl.sh could not look at. */
const accepted: Readonly<Record<string, string>> = {
  'cert_revocation HIGH':
    'the CA of this test is private and revokes nothing; a public CA puts its CRL there',
  'engine_problem WARN': 'about the OpenSSL that testssl.sh itself uses',
  'sessionresumption_ticket WARN':
    'now and then it leaves before the ticket of TLS 1.3 has come; our own tests of sessions do not',
};

const nameOf = ({ id, severity }: Finding) => `${id} ${severity}`;

const harmless = ['OK', 'INFO'];

/** Undefined where it cannot be had here. */
const targets: Readonly<Record<string, () => Promise<Examined | undefined>>> = {
  'this machine’s nginx': () => examinedNginx(machineNginx),
  'a new nginx': async () => {
    const current = await newNginx();
    return current && examinedNginx(current);
  },
  Traefik: examinedTraefik,
  'direct TLS': examinedApp,
};

describe('testssl.sh', function () {
  // It starts thousands of processes, which takes its time on a busy machine.
  this.timeout(1_500_000);
  const findings = new Map<string, Finding[]>();

  before(async function () {
    // Where there is none, it is built first.
    await ensureTraefik(() => {});
    const program = await testsslProgram();
    if (!program) return this.skip();
    const running = new Map<string, Examined>();
    try {
      for (const [name, start] of Object.entries(targets)) {
        const server = await start();
        if (server) running.set(name, server);
      }
      // It waits for answers most of the time, so all at once take little longer than one.
      const all = [...running].map(async ([name, { port, caFile }]) =>
        findings.set(name, await examine(program, port, caFile)),
      );
      await Promise.all(all);
    } finally {
      for (const { stop } of running.values()) await stop();
    }
  });
  after(removeProjects);

  for (const target of Object.keys(targets)) {
    it(`gives ${target} an A+, and finds nothing but what is accepted`, function () {
      const found = findings.get(target);
      if (!found) return this.skip();
      const grade = found.find(({ id }) => id === 'overall_grade')?.finding;
      const remarks = found.filter(({ severity }) => !harmless.includes(severity));
      const listed = remarks.map(nameOf).join(', ');
      process.stdout.write(`      ${grade}, ${found.length} findings, of them to look at: ${listed}\n`);
      equal(grade, 'A+');
      deepEqual(
        remarks.filter((finding) => !(nameOf(finding) in accepted)),
        [],
      );
    });
  }
});
