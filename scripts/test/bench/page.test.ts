import assert from 'node:assert/strict';
import { toPage } from '../../src/bench/report.js';
import { toSvg } from '../../src/bench/svg.js';

const chart = {
  name: 'one-by-one',
  title: 'Deliveries & more, × plain `ws`',
  unit: '×',
  bars: [
    { label: 'plain `ws` <loop>', min: 1, median: 1, max: 1 },
    { label: 'Monitor Hermes', min: 4, median: 5, max: 8 },
  ],
};

describe('page of benchmarks', () => {
  it('has the question, the charts, the figures and where they hold', () => {
    const measures = [{ what: 'x', value: '1', aim: '≥ 1' }];
    const result = { name: 'fanout', question: 'How many?', charts: [chart], measures, where: '2 × CPU.' };
    const page = toPage({ ...result, long: true });
    assert.match(page, /^# How many\?\n\nWritten by `make bench BENCH=fanout LONG=1 WRITE=1`;/);
    assert.match(page, /\n2 × CPU\.\n\n!\[.*\]\(one-by-one\.svg\)\n\n\| benchmark/);
    assert.match(page, /\| `fanout` \| x \| 1 \| ≥ 1 \|/);
    assert.match(toPage({ ...result, long: false }), /BENCH=fanout WRITE=1/);
  });

  it('draws bars in proportion, and escapes what they are called', () => {
    const svg = toSvg(chart);
    const widths = [...svg.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width));
    assert.deepEqual(widths, [50, 250]);
    assert.ok(svg.includes('plain ws &lt;loop&gt;') && svg.includes('Deliveries &amp; more'));
    assert.match(svg, /<path d="M450 73H650"/);
  });
});
