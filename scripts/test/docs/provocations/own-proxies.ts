import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { leaf } from '../servers/certificates.js';
import type { Stack } from '../servers/stack.js';
import type { Provocations } from './scene.js';

/** Faults of a proxy that is not the kit's. */
export const ownProxies: Provocations = {
  'ws-to-tls-port-other-nginx': async (bench) => {
    const { cert, key } = leaf(bench.folder());
    const nginx = await bench.ownNginx(`ssl_certificate ${cert}; ssl_certificate_key ${key};`, 'ssl');
    return { target: { url: `ws://localhost:${nginx.port}/ws` } };
  },

  'app-away-other-nginx': async (bench) => {
    const stack = await bench.stack('PROXY=none', 'TLS=off');
    await stack.sh('make down');
    const nginx = await bench.ownNginx(behind(stack, upgrade));
    const target = stack.target(`ws://localhost:${nginx.port}/ws`);
    return {
      target,
      said: { 'error.log of Nginx': nginx.log },
      cure: async (fix) => {
        await stack.sh(`${fix('make up')} PROXY=none TLS=off`);
        return target;
      },
    };
  },

  'proxy-changes-host': async (bench) => {
    const stack = await bench.stack();
    const nginx = await bench.ownNginx(behind(stack, upgrade));
    const own = `localhost:${nginx.port}`;
    const target = stack.target(`ws://${own}/ws`, { origin: `http://${own}` });
    return {
      target,
      cure: async (fix) => {
        await nginx.reload(behind(stack, [...upgrade, fix('proxy_set_header Host')]));
        return target;
      },
    };
  },

  'upgrade-dropped': async (bench) => {
    const stack = await bench.stack();
    const nginx = await bench.ownNginx(behind(stack, [host]));
    const target = stack.target(`ws://localhost:${nginx.port}/ws`);
    return {
      target,
      cure: async (fix) => {
        const lines = ['proxy_http_version', 'proxy_set_header Upgrade', 'proxy_set_header Connection'].map(
          fix,
        );
        await nginx.reload(behind(stack, [host, ...lines]));
        return target;
      },
    };
  },

  'cut-when-idle': async (bench) => {
    const stack = await bench.stack('PROXY=none', 'TLS=off');
    const lines = [host, ...upgrade];
    const nginx = await bench.ownNginx(behind(stack, [...lines, 'proxy_read_timeout 1s;']));
    const target = stack.target(`ws://localhost:${nginx.port}/ws`, { stay: true });
    return {
      target,
      cure: async (fix) => {
        await nginx.reload(behind(stack, [...lines, fix('proxy_read_timeout')]));
        const socket = await bench.open(target);
        // Longer than what cut it before: nothing else can be waited for where nothing is to happen.
        const outcome = await Promise.race([once(socket, 'close'), delay(1_500, 'open')]);
        if (outcome !== 'open') throw new Error(`it was cut: ${outcome}`);
        return undefined;
      },
    };
  },
};

/** What somebody wrote into an Nginx of their own in front of the app. */
const behind = (stack: Stack, lines: readonly string[]) =>
  stack.here(`location / { proxy_pass http://127.0.0.1:5000; ${lines.join('\n')} }`);

const host = 'proxy_set_header Host $http_host;';

const upgrade = [
  'proxy_http_version 1.1;',
  'proxy_set_header Upgrade $http_upgrade;',
  'proxy_set_header Connection upgrade;',
];
