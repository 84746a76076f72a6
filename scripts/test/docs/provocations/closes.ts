import { token } from '../../../../app/test/helpers/tokens.js';
import { until } from '../../../../app/test/helpers/wait.js';
import type { Provocations } from './scene.js';

/** Sockets that open, and are closed then. */
export const closes: Provocations = {
  'close-1006': async (bench) => {
    const stack = await bench.stack();
    return {
      target: stack.target('wss://localhost:8443/ws', { stay: true }),
      whenOpen: async () => stack.kill('app'),
    };
  },

  'close-1008': async (bench) => {
    const stack = await bench.stack();
    const target = stack.target('wss://localhost:8443/ws', { stay: true });
    return { target: { ...target, token: stack.token('5s') } };
  },

  'close-1009': async (bench) => {
    const stack = await bench.stack();
    const send = 'x'.repeat(64 * 1024 + 1);
    return { target: stack.target('wss://localhost:8443/ws', { stay: true, send }) };
  },

  'close-1012': async (bench) => {
    const stack = await bench.stack();
    return {
      target: stack.target('wss://localhost:8443/ws', { stay: true }),
      whenOpen: async () => {
        await stack.sh('make down');
      },
    };
  },

  'close-1013': async (bench) => {
    const service = await bench.service({ SLOW_CONSUMER_KB: '64' });
    const filler = 'x'.repeat(500_000);
    return {
      target: { url: `${service.wsUrl}/ws`, token: token(), stay: true, slow: true },
      whenOpen: () =>
        until(
          async () => {
            await service.publish({ payload: { filler } });
            // Who is sent away gets nothing more.
            return (await service.metric('hermes_topics')) === 0;
          },
          () => 'the slow clients to be sent away',
        ),
    };
  },
};
