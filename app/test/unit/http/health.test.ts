import { strict as assert } from 'node:assert';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { HermesError } from '../../../src/errors.js';
import { type Check, healthRoutes } from '../../../src/http/health.js';
import { ask } from '../../helpers/answer.js';

async function ready(checks: Record<string, Check>) {
  const server = createServer(express().use(healthRoutes(checks)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    return await ask(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, '/health/ready');
  } finally {
    server.close();
  }
}

describe('GET /health/ready', () => {
  it('is 200 when every part works', async () => {
    const { status, json } = await ready({ bus: async () => {}, store: async () => {} });
    assert.deepEqual([status, json], [200, { status: 'ready', parts: { bus: 'ok', store: 'ok' } }]);
  });

  it('is 503 when one does not, and names it and its fault', async () => {
    const { status, json } = await ready({
      bus: async () => {},
      store: async () => {
        throw new HermesError('store-unavailable', 'the disk is full');
      },
    });
    assert.equal(status, 503);
    assert.deepEqual(json, { status: 'not ready', parts: { bus: 'ok', store: 'the disk is full' } });
  });

  it('is 503 when one does not answer, and does not wait for it for ever', async () => {
    const { status, json } = await ready({ bus: async () => {}, store: () => new Promise(() => {}) });
    assert.equal(status, 503);
    assert.deepEqual(json.parts, { bus: 'ok', store: 'no answer in time' });
  });
});
