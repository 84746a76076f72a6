import { once } from 'node:events';
import { connect } from 'node:tls';
import { expect } from '@playwright/test';
import { within } from '../../test/helpers/wait.js';
import type { Behaviour } from '../behaviour.js';
import { Console } from '../helpers/console.js';
import type { Stack } from '../helpers/stack.js';

export const renewal: readonly Behaviour[] = [
  {
    name: 'a renewed certificate is served to new handshakes, and open sockets stay',
    run: async ({ page, stack }) => {
      const { claims, user } = stack.newcomer();
      const shown = await Console.visit(page, { token: stack.token(claims) });
      await shown.expectOpen();
      const before = await servedSerial(stack);

      const renewed = await stack.hermes('renew', '--force');
      expect(renewed.exitCode, renewed.all).toBe(0);
      expect(await servedSerial(stack)).not.toBe(before);

      await shown.expectMessages([await stack.notify(user)]);
      await shown.expectOpen();
      expect(shown.sockets).toBe(1);
    },
  },
];

/** The serial number that a new, verified handshake shows. */
async function servedSerial(stack: Stack): Promise<string> {
  const { hostname, port } = new URL(stack.pageUrl);
  const socket = connect({ host: hostname, port: Number(port), servername: hostname, ca: stack.ca });
  try {
    await within(once(socket, 'secureConnect'), 'the TLS handshake');
    return socket.getPeerX509Certificate()?.serialNumber ?? '';
  } finally {
    socket.destroy();
  }
}
