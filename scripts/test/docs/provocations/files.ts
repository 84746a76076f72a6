import { join } from 'node:path';
import type { Files } from '../../certs/helpers/openssl.js';
import { leaf, leafValid } from '../servers/certificates.js';
import type { Bench } from './bench.js';
import type { Provocations, Scene } from './scene.js';

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

/** Files that cannot serve: what the app and the kit say of them. */
export const files: Provocations = {
  'only-one-set': async (bench) => {
    const { cert } = leaf(bench.folder());
    const stack = await bench.checkout();
    return {
      said: {
        app: () => bench.startLines({ SSL_CERTFILE: cert }),
        'make up': () => stack.output(`make up TLS=files SSL_CERTFILE=${cert}`),
      },
    };
  },

  'file-missing': (bench) => {
    const { cert } = leaf(bench.folder());
    return unusable(bench, { cert, key: join(bench.folder(), 'server.key') });
  },

  'files-swapped': (bench) => {
    const { cert, key } = leaf(bench.folder());
    return unusable(bench, { cert: key, key: cert });
  },

  'key-of-another': (bench) => {
    const { cert } = leaf(bench.folder());
    const { key } = leaf(bench.folder());
    return unusable(bench, { cert, key });
  },

  'file-expired': (bench) => {
    const folder = bench.folder();
    const { cert, key } = leaf(folder);
    const when = { from: inDays(-90), to: inDays(-1) };
    return unusable(bench, { cert: leafValid(when, { cert, key }, key, folder), key });
  },

  'tls-required': async (bench) => ({
    said: { app: () => bench.startLines({ SSL_REQUIRED: 'true' }) },
  }),
};

/** What a start with these files says, and that a pair which fits cures it. */
async function unusable(bench: Bench, { cert, key }: Files): Promise<Scene> {
  const stack = await bench.checkout();
  return {
    said: {
      app: () => bench.startLines({ SSL_CERTFILE: cert, SSL_KEYFILE: key }),
      'make up': () => stack.output(`make up TLS=files SSL_CERTFILE=${cert} SSL_KEYFILE=${key}`),
    },
    cure: async () => {
      const good = leaf(bench.folder());
      const lines = await bench.startLines({ SSL_CERTFILE: good.cert, SSL_KEYFILE: good.key });
      if (!lines.includes('🔒 SSL certificates detected')) throw new Error(lines);
      return undefined;
    },
  };
}
