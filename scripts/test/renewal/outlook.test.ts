import assert from 'node:assert/strict';
import { type Renewer, renewalOutlook } from '../../src/renewal/outlook.js';
import type { RenewalRecord } from '../../src/renewal/record.js';

const hour = 3_600_000;
const day = 24 * hour;
const start = Date.parse('2026-11-23T00:00:00Z');
const life = { notBefore: new Date(start), notAfter: new Date(start + 90 * day) };
const iso = (time: number) => new Date(time).toISOString();

describe('renewal outlook', () => {
  const running: Renewer = { by: 'stack', runningSince: new Date(start + 50 * day) };
  const at = (days: number, record: RenewalRecord | undefined, renewer = running) =>
    renewalOutlook(life, record, renewer, new Date(start + days * day));
  const looked = (time: number, more: Partial<RenewalRecord> = {}): RenewalRecord => ({
    lastLook: iso(time),
    nextLook: iso(time + 12 * hour),
    failures: 0,
    ...more,
  });

  it('tells the share of the life that is left, and never more than all or less than none', () => {
    const shares = [-1, 0, 45, 60, 90, 91].map((days) => at(days, undefined).lifeLeft);
    assert.deepEqual(
      shares.map((share) => share.toFixed(4)),
      ['1.0000', '1.0000', '0.5000', '0.3333', '0.0000', '0.0000'],
    );
  });

  const recent = looked(start + 69.9 * day);
  const cases: [string, string | undefined, RenewalRecord | undefined, Renewer][] = [
    ['a look went well and the next one is to come', undefined, recent, running],
    [
      'the next look is late, but may still be at work',
      undefined,
      looked(start + 70 * day - 13.9 * hour),
      running,
    ],
    ['the next look is overdue', 'renewal-overdue', looked(start + 70 * day - 14.1 * hour), running],
    [
      'it runs, but has never looked',
      'renewal-overdue',
      undefined,
      { by: 'stack', runningSince: new Date(start + 70 * day - 3 * hour) },
    ],
    [
      'it has just begun to run',
      undefined,
      undefined,
      { by: 'stack', runningSince: new Date(start + 70 * day - hour) },
    ],
    ['the last look failed', 'renewal-failing', { ...recent, failures: 1 }, running],
    ['it does not run', 'renewal-not-running', recent, { by: 'stack' }],
    ['only the operator can renew', 'renewal-yours', recent, { by: 'operator' }],
  ];
  it('tells the operator whether his files are taken over by themselves', () => {
    const fix = (takesOver: boolean) => at(70, recent, { by: 'operator', takesOver }).worry?.fix ?? '';
    assert.match(fix(true), /within a minute, `make renew` at once/);
    assert.match(fix(false), /SSL_KEYFILE point, then: make renew$/);
  });

  for (const [what, code, record, renewer] of cases) {
    it(`${code ? 'is a worry' : 'is fine'} below a third of the life when ${what}`, () => {
      const { worry, obstacle } = at(70, record, renewer);
      assert.equal(worry?.code, code);
      assert.equal(obstacle?.code, code);
      if (worry) assert.match(`${worry.cause} → ${worry.fix}`, /^22 % of its life is left .+: .+ → .+/);
    });
  }

  it('is no worry with a third of the life left, whatever stands in the way', () => {
    const { worry, obstacle } = at(59.9, undefined, { by: 'stack' });
    assert.deepEqual([worry, obstacle?.code], [undefined, 'renewal-not-running']);
  });

  it('tells why the last looks failed, and how many', () => {
    const fault = { code: 'acme-unreachable', message: 'the CA does not answer' };
    const { worry } = at(70, { ...recent, failures: 3, fault });
    assert.match(worry?.cause ?? '', /: each of the last 3 looks failed: the CA does not answer$/);
  });
});
