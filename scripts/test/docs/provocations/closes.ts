import { setTimeout as delay } from 'node:timers/promises';
import { connect } from '../../../../app/test/helpers/client.js';
import { token } from '../../../../app/test/helpers/tokens.js';
import { until } from '../../../../app/test/helpers/wait.js';
import type { Provocations } from './scene.js';

/** Sockets that open, and are closed then. */
export const closes: Provocations = {
  'cut-when-idle': async (bench) => {
    const service = await bench.service();
    const proxy = (timeout: string) => `location / {
      proxy_pass ${service.url};
      proxy_http_version 1.1;
      proxy_set_header Host $http_host;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection upgrade;
      ${timeout}
    }`;
    const nginx = await bench.ownNginx(proxy('proxy_read_timeout 1s;'));
    const target = { url: `ws://localhost:${nginx.port}/ws`, token: token(), stay: true };
    return {
      target,
      cure: async (fix) => {
        await nginx.reload(proxy(fix('proxy_read_timeout')));
        const client = await connect(target.url, ['bearer', target.token]);
        // Longer than what cut it before: nothing else can be waited for where nothing is to happen.
        const outcome = await Promise.race([client.closed(), delay(1_500, 'open')]);
        if (outcome !== 'open') throw new Error(`it was cut: ${JSON.stringify(outcome)}`);
        await client.end();
        return undefined;
      },
    };
  },

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
    return { target: { ...target, token: stack.token('3s') } };
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
