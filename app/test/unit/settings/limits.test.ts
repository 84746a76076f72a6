import assert from 'node:assert/strict';
import { mostGathered } from '../../../src/settings/limits.js';

describe('what one write may gather', () => {
  it('fits four times into what may wait for a socket, and is no more than 64 KiB', () => {
    for (const kib of [64, 100, 255]) assert.equal(mostGathered(kib * 1024), kib * 256);
    for (const kib of [256, 4_096, 1_000_000]) assert.equal(mostGathered(kib * 1024), 65_536);
  });
});
