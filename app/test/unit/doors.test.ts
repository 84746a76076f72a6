import assert from 'node:assert/strict';
import { knowsReusePort } from '../../src/doors.js';

describe('sockets that share a port', () => {
  it('are made where this version of Node can', () => {
    const versions = ['20.19.0', '22.11.0', '22.12.0', '22.23.3', '23.0.0', '23.1.0', '24.0.0'];
    assert.deepEqual(versions.filter(knowsReusePort), ['22.12.0', '22.23.3', '23.1.0', '24.0.0']);
  });
});
