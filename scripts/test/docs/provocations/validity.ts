import { readFileSync, writeFileSync } from 'node:fs';
import { certificatePaths } from '../../../src/certs/layout.js';
import { leaf, leafValid, type Validity } from '../servers/certificates.js';
import type { Stack } from '../servers/stack.js';
import type { Bench } from './bench.js';
import type { Provocations, Scene } from './scene.js';

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);

/** Certificates of a CA that is trusted, and faulty all the same. */
export const validity: Provocations = {
  expired: (bench) => validAt(bench, { from: inDays(-90), to: inDays(-1) }),

  'not-yet-valid': (bench) => validAt(bench, { from: inDays(1), to: inDays(90) }),

  'other-name': async (bench) => {
    const stack = await bench.stack();
    const target = stack.target('wss://hermes.test:8443/ws', { at: '127.0.0.1' });
    return {
      target,
      cure: async (fix) => {
        await stack.sh(fix('make up').replace('ws.example.com', 'hermes.test'));
        return target;
      },
    };
  },

  'other-address': async (bench) => {
    const stack = await bench.stack();
    const target = stack.target('wss://127.0.0.2:8443/ws');
    return {
      target,
      cure: async (fix) => {
        await stack.sh(fix('make up').replace('192.168.1.20', '127.0.0.2'));
        return target;
      },
    };
  },

  'old-one-served': async (bench) => {
    const stack = await bench.stack('PROXY=none');
    // Half a renewal by hand: the key that goes with the new certificate stands in one of the two places only.
    const { cert, key } = leaf(bench.folder());
    writeFileSync(stack.certificateFile('fullchain'), readFileSync(cert));
    writeFileSync(stack.certificateFile('tls'), readFileSync(cert, 'utf8') + readFileSync(key, 'utf8'));
    return {
      said: {
        'make certs': () => stack.output('PROXY=none make certs'),
        'app.log': () => stack.logged('app', 'certificate refused'),
      },
      cure: async (fix) => {
        const report = await stack.sh(`${fix('make renew')} PROXY=none`);
        if (!/^served as on disk/m.test(report)) throw new Error(report);
        return undefined;
      },
    };
  },
};

/** The stack serves a certificate of its own CA, for its own name and key, that is valid at another time. */
async function validAt(bench: Bench, when: Validity): Promise<Scene> {
  const stack = await bench.stack();
  serve(stack, when, bench.folder());
  const target = stack.target('wss://localhost:8443/ws');
  return {
    target,
    said: { 'make certs': () => stack.output('make certs') },
    cure: async (fix) => {
      await stack.sh(fix('make renew'));
      return target;
    },
  };
}

function serve(stack: Stack, when: Validity, folder: string): void {
  const { caCert, caKey } = certificatePaths(stack.folder);
  const key = stack.certificateFile('privkey');
  const certificate = readFileSync(leafValid(when, { cert: caCert, key: caKey }, key, folder), 'utf8');
  // In place, so that owner and mode stay.
  writeFileSync(stack.certificateFile('fullchain'), certificate);
  writeFileSync(stack.certificateFile('tls'), certificate + readFileSync(key, 'utf8'));
}
