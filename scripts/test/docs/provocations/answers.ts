import { until } from '../../../../app/test/helpers/wait.js';
import type { Stack } from '../servers/stack.js';
import type { Bench } from './bench.js';
import type { Provocations } from './scene.js';

/** Handshakes that are answered, but not with 101. */
export const answers: Provocations = {
  'app-away': async (bench) => {
    const stack = await bench.stack();
    const target = stack.target('wss://localhost:8443/ws');
    // Both, or the app would be started again at once.
    stack.kill('supervisor', 'app');
    return {
      target,
      cure: async (fix) => {
        await stack.sh(fix('make up'));
        return target;
      },
    };
  },

  'token-missing': (bench) => refused(bench, () => ''),

  'token-expired': (bench) =>
    refused(bench, async (stack) => {
      const token = stack.token('1s');
      await until(
        () => Date.now() / 1_000 > expiryOf(token),
        () => 'the token to expire',
      );
      return token;
    }),

  'token-of-other-secret': (bench) =>
    refused(bench, (stack) => stack.value('JWT_SECRET_KEY=another-secret-altogether make token USER=me')),

  'other-tenant': async (bench) => {
    const stack = await bench.stack();
    const target = stack.target('wss://localhost:8443/ws/tenant/acme');
    return {
      target,
      said: { 'make logs': () => stack.sh('make logs FOLLOW=0') },
      cure: async (fix) => ({ ...target, token: await stack.value(fix('make token')) }),
    };
  },

  'device-unknown': async (bench) => {
    const stack = await bench.stack();
    const target = stack.target('wss://localhost:8443/ws/device/a840419edb62011c');
    return {
      target,
      cure: async (fix) => {
        await stack.sh(`API_KEY=$(sed -n 's/^SERVICE_API_KEY=//p' .env); ${fix('curl')}`);
        return target;
      },
    };
  },

  'foreign-origin': async (bench) => {
    const stack = await bench.stack();
    const origin = 'https://app.example.com';
    const target = stack.target('wss://localhost:8443/ws', { origin });
    return {
      target,
      cure: async (fix) => {
        await stack.sh(fix('make up'));
        return target;
      },
    };
  },

  'unknown-channel': async (bench) => {
    const stack = await bench.stack();
    const target = stack.target('wss://localhost:8443/ws/tenants/demo');
    return { target, cure: async () => stack.target('wss://localhost:8443/ws/tenant/demo') };
  },

  'too-many-sockets': async (bench) => {
    const stack = await bench.stack('CONNECTIONS_PER_ADDRESS=1');
    // An address, because a name may have two, and each counts for itself.
    const target = stack.target('wss://127.0.0.1:8443/ws');
    const held = await bench.open(target);
    return {
      target,
      cure: async (fix) => {
        held.terminate();
        await stack.sh(fix('make up'));
        return target;
      },
    };
  },

  'server-full': async (bench) => {
    const stack = await bench.stack('PROXY=none', 'MAX_CONNECTIONS=1');
    const target = stack.target('wss://localhost:5000/ws');
    await bench.open(target);
    return {
      target,
      cure: async (fix) => {
        await stack.sh(`${fix('make up')} PROXY=none`);
        return target;
      },
    };
  },
};

/** A handshake on `/ws` with a token that is refused; a new one cures it. */
async function refused(bench: Bench, token: (stack: Stack) => string | Promise<string>) {
  const stack = await bench.stack();
  const target = stack.target('wss://localhost:8443/ws', { token: await token(stack) });
  return {
    target,
    cure: async (fix: (start: string) => string) => ({
      ...target,
      token: await stack.value(fix('make token')),
    }),
  };
}

/** Seconds since 1970. */
const expiryOf = (token: string) =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).exp;
