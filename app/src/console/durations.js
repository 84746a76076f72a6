// @ts-check

/** @type {readonly [string, number][]} */
const units = [
  ['d', 86_400],
  ['h', 3_600],
  ['min', 60],
  ['s', 1],
];

/**
 * A length of time in its two largest units, such as `1 h 5 min`.
 *
 * @param {number} milliseconds
 */
export function inWords(milliseconds) {
  let rest = Math.max(0, Math.floor(milliseconds / 1_000));
  const parts = units.map(([unit, seconds]) => {
    const amount = Math.floor(rest / seconds);
    rest -= amount * seconds;
    return { amount, unit };
  });
  const first = parts.findIndex(({ amount }) => amount > 0);
  if (first < 0) return '0 s';
  return parts
    .slice(first, first + 2)
    .filter(({ amount }) => amount > 0)
    .map(({ amount, unit }) => `${amount} ${unit}`)
    .join(' ');
}
