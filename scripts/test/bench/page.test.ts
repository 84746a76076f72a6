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
  it('has a section for each, with its charts, its figures and where they hold', () => {
    const result = { name: 'fanout', question: 'How many?', charts: [chart] };
    const page = toPage([{ ...result, measures: [{ what: 'x', value: '1', aim: '≥ 1' }] }], '2 × CPU.');
    assert.match(page, /^## fanout\n\nHow many\?\n\n!\[.*\]\(benchmarks\/one-by-one\.svg\)\n\n\| benchmark/m);
    assert.match(page, /\| `fanout` \| x \| 1 \| ≥ 1 \|/);
    assert.match(page, /2 × CPU\./);
  });

  it('draws bars in proportion, and escapes what they are called', () => {
    const svg = toSvg(chart);
    const widths = [...svg.matchAll(/<rect [^>]*width="([\d.]+)"/g)].map(([, width]) => Number(width));
    assert.deepEqual(widths, [50, 250]);
    assert.ok(svg.includes('plain ws &lt;loop&gt;') && svg.includes('Deliveries &amp; more'));
    assert.match(svg, /<path d="M450 73H650"/);
  });
});
