import { type Spread, short } from './compare.js';

/** Bars, one below another: the median, with a line from the least to the most. */
export interface Chart {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  readonly bars: readonly ({ readonly label: string } & Spread)[];
}

const row = 26;
const [left, width, right, top] = [250, 400, 70, 34];

/** A chart as SVG, readable on light and dark ground. */
export function toSvg({ title, unit, bars }: Chart): string {
  const most = Math.max(...bars.map(({ max }) => max), Number.MIN_VALUE);
  const x = (value: number) => Math.round((left + (value / most) * width) * 10) / 10;
  const rows = bars.map(({ label, min, median, max }, index) => {
    const y = top + index * row;
    const middle = y + row / 2;
    return [
      `<text x="${left - 8}" y="${middle + 4}" text-anchor="end">${escaped(label)}</text>`,
      `<rect x="${left}" y="${y + 5}" width="${Math.max(1, x(median) - left)}" height="${row - 10}" fill="#4a90d9"/>`,
      `<path d="M${x(min)} ${middle}H${x(max)}" stroke="#c05020" stroke-width="2"/>`,
      `<text x="${x(max) + 6}" y="${middle + 4}">${short(median)} ${escaped(unit)}</text>`,
    ].join('\n');
  });
  const size = [left + width + right, top + bars.length * row + 8];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${size.join(' ')}" role="img" aria-label="${escaped(title)}">
<style>text { font: 13px sans-serif; fill: #777 }</style>
<text x="8" y="20" style="font-weight: bold">${escaped(title)}</text>
${rows.join('\n')}
</svg>
`;
}

const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escaped(text: string): string {
  return text.replaceAll('`', '').replaceAll(/[&<>"]/g, (character) => escapes[character] ?? character);
}
