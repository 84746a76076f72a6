import { deepEqual, equal } from 'node:assert/strict';
import { ensureTraefik } from '../../src/packages/traefik.js';
import { removeProjects } from '../certs/helpers/project.js';
import { machineNginx } from '../render/helpers/nginx.js';
import { examineApp, examineNginx, examineTraefik } from './helpers/examined.js';
import { newNginx } from './helpers/new-nginx.js';
import { type Finding, testsslProgram } from './helpers/testssl.js';

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

const targets = ['this machine’s nginx', 'a new nginx', 'Traefik', 'direct TLS'] as const;

describe('testssl.sh', function () {
  this.timeout(300_000);
  let findings: Readonly<Record<(typeof targets)[number], Finding[] | undefined>>;

  before(async function () {
    // Where there is no Traefik, it is built first.
    this.timeout(1_500_000);
    const program = await testsslProgram();
    if (!program) return this.skip();
    await ensureTraefik(() => {});
    const current = await newNginx();
    // It waits for answers most of the time, so all at once take little longer than one.
    const [own, other, traefik, direct] = await Promise.all([
      examineNginx(program, machineNginx),
      current && examineNginx(program, current),
      examineTraefik(program),
      examineApp(program),
    ]);
    findings = { 'this machine’s nginx': own, 'a new nginx': other, Traefik: traefik, 'direct TLS': direct };
  });
  after(removeProjects);

  for (const target of targets) {
    it(`gives ${target} an A+, and finds nothing but what is accepted`, function () {
      const found = findings[target];
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
