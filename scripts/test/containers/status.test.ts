import { deepEqual } from 'node:assert/strict';
import { partsOf } from '../../src/containers/status.js';

const container = (Name: string, State: string, Health: string) => ({
  Name,
  Service: 'app',
  State,
  Health,
  Status: '',
});

describe('the parts of a stack in containers', () => {
  it('are its containers, each with what is wrong with it', () => {
    const containers = [
      container('shop-app-1', 'running', 'healthy'),
      container('shop-app-2', 'running', 'unhealthy'),
      container('shop-proxy-1', 'restarting', ''),
    ];
    const details = {
      'shop-app-1': { restarts: 0, said: '{"parts":{"bus":"ok","store":"ok"}}' },
      'shop-app-2': { restarts: 0, said: '{"parts":{"bus":"Redis is away","store":"ok"}}' },
    };
    deepEqual(partsOf('shop', containers, details), {
      'app-1': 'ok',
      bus: 'ok',
      store: 'ok',
      'app-2': 'unhealthy: bus: Redis is away',
      'proxy-1': 'restarting',
    });
  });
});
