import assert from 'node:assert/strict';
import { alternate, perSecond, ratios, short, spread, times } from '../../src/bench/compare.js';
import { conclude } from '../../src/bench/comparison.js';
import type { LoadReport } from '../../src/bench/generator.js';

const report = (perSecond: number, more: Partial<LoadReport> = {}): LoadReport => ({
  ...{ valid: true, faults: [], expected: 10, received: 10, lost: 0, duplicated: 0, disordered: 0 },
  ...{ frameBytes: 256, perSecond, messagesPerSecond: perSecond, serverMicros: 10, proxyMicros: 0 },
  ...{
    generatorMicros: 1,
    generatorBusy: 0.5,
    p50: 1,
    p99: 2,
    connects: 0,
    resumedShare: 0,
    serverKiB: 0,
    proxyKiB: 0,
  },
  ...more,
});

const comparison = {
  ...{ name: 'one-by-one', what: 'one by one', base: 'plain', targets: new Map(), rounds: 2, work: {} },
  ...{ aims: { fast: '≥ 5 ×' }, unit: 'deliveries' },
};

describe('comparison of targets', () => {
  it('takes the ratio round by round, not of the medians', () => {
    assert.deepEqual(ratios([10, 40, 30], [10, 20, 10]), { min: 1, median: 2, max: 3 });
    assert.throws(() => ratios([1], [1, 2]), /pair up/);
  });

  it('takes everyone in each round, and every other round backwards', async () => {
    const order: string[] = [];
    const results = await alternate(['a', 'b'], 2, async (name, round) => {
      order.push(name);
      return `${name}${round}`;
    });
    assert.deepEqual(order, ['a', 'b', 'b', 'a']);
    assert.deepEqual(results.get('b'), ['b0', 'b1']);
  });

  it('says how the others do beside the base', () => {
    const reports = new Map([
      ['plain', [report(100), report(200)]],
      ['fast', [report(500, { serverMicros: 2 }), report(1_200, { serverMicros: 1, proxyMicros: 1 })]],
    ]);
    const { measures, charts } = conclude(comparison, reports);
    assert.deepEqual(measures[1], {
      what: 'one by one: fast',
      value: '5.5 × (5.0 … 6.0), CPU 0.20 × (0.20 … 0.20); 850/s',
      aim: '≥ 5 ×',
    });
    assert.deepEqual(
      charts?.[0]?.bars.map(({ label, max }) => [label, max]),
      [
        ['plain', 1],
        ['fast', 6],
      ],
    );
  });

  it('calls a run with a fault invalid, and draws no bar for it', () => {
    const reports = new Map([
      ['plain', [report(100)]],
      ['fast', [report(500, { valid: false, lost: 3, faults: ['3 lost'] })]],
    ]);
    const { measures, charts } = conclude(comparison, reports);
    assert.match(measures[1]?.value ?? '', /invalid.*3 lost/);
    assert.equal(measures[1]?.invalid, true);
    assert.equal(charts?.[0]?.bars.length, 1);
  });

  it('tells of the fault of a peer, which is no fault of the run', () => {
    const reports = new Map([
      ['plain', [report(100)]],
      ['other', [report(300, { valid: false, faults: ['2 connections closed'] })]],
      ['fast', [report(500)]],
    ]);
    const { measures, charts } = conclude({ ...comparison, peers: ['other'] }, reports);
    assert.deepEqual(measures[1], { what: 'one by one: other', value: '**invalid**: 2 connections closed' });
    assert.match(measures[2]?.value ?? '', /^5\.0 ×/);
    assert.equal(charts?.[0]?.bars.length, 2);
  });

  it('proves nothing of anybody when the base was at fault', () => {
    const reports = new Map([
      ['plain', [report(100, { valid: false, duplicated: 1, faults: ['1 duplicated'] })]],
      ['fast', [report(500)]],
    ]);
    assert.ok(conclude({ ...comparison, peers: ['fast'] }, reports).measures.every(({ invalid }) => invalid));
  });

  it('says when it was the generator that had no more to give', () => {
    const reports = new Map([['plain', [report(100, { generatorBusy: 0.97 })]]]);
    assert.match(conclude(comparison, reports).measures[0]?.value ?? '', /limited by the generator/);
  });

  it('says of a server that it takes no sessions', () => {
    const resuming = { ...comparison, work: { resume: true } };
    const value = (resumedShare: number) =>
      conclude(resuming, new Map([['plain', [report(100, { resumedShare })]]])).measures[0]?.value ?? '';
    assert.match(value(0.1), /does not resume/);
    assert.doesNotMatch(value(0.99), /does not resume/);
  });

  it('takes what is half way where no round is in the middle', () => {
    assert.deepEqual(spread([9, 4]), { min: 4, median: 6.5, max: 9 });
    assert.equal(spread([7, 1, 3]).median, 3);
    assert.equal(spread([4, 1, 2, 8]).median, 3);
  });

  it('writes figures short', () => {
    assert.deepEqual([0.213, 4.72, 15.6, Number.NaN].map(short), ['0.21', '4.7', '16', '–']);
    assert.deepEqual([950, 88_400, 1_070_000].map(perSecond), ['950/s', '88 k/s', '1.07 M/s']);
    assert.equal(times(spread([4, 5, 6])), '5.0 × (4.0 … 6.0)');
  });
});
