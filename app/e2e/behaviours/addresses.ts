import { expect } from '@playwright/test';
import { upgrade } from '../../test/helpers/answer.js';
import type { Behaviour } from '../behaviour.js';

/** A client with an address of its own: on Linux every 127.x.y.z is this host, so it differs from that of the proxy. */
const client = '127.31.7.9';
const spoofed = '203.0.113.7';

export const addresses: readonly Behaviour[] = [
  {
    name: 'the app logs the address that a client really has, whatever the client says',
    run: async ({ stack }) => {
      const headers = {
        ...upgrade,
        'X-Forwarded-For': spoofed,
        'X-Real-IP': spoofed,
        Forwarded: `for=${spoofed}`,
      };
      const answer = await stack.request('/ws', { headers, host: '127.0.0.1', localAddress: client });
      expect(answer.status).toBe(401);
      const refused = () =>
        stack
          .log('app')
          .split('\n')
          .filter((line) => line.includes('"token missing"'))
          // An app that listens on both families sees IPv4 addresses mapped into IPv6 (RFC 4291, section 2.5.5.2).
          .map((line) => JSON.parse(line).address.replace(/^::ffff:/, ''));
      await expect.poll(refused).toContain(client);
      expect(stack.log('app')).not.toContain(spoofed);
    },
  },
];
