import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { token } from '../../../../app/test/helpers/tokens.js';
import { append, openssl } from '../../certs/helpers/openssl.js';
import type { Target } from '../clients/client.js';
import { leaf, leafOfIntermediate } from '../servers/certificates.js';
import type { Bench } from './bench.js';
import type { Provocations } from './scene.js';

/** Certificates that a client does not trust. */
export const trust: Provocations = {
  'unknown-ca': async (bench) => {
    const stack = await bench.stack();
    const { ca, ...target } = stack.target('wss://localhost:8443/ws');
    return { target, cure: async () => ({ ...target, ...(ca && { ca }) }) };
  },

  'unknown-ca-sent': async (bench) => {
    const { ca, cert, key } = leaf(bench.folder());
    append(cert, ca);
    const target = await direct(bench, cert, key);
    return { target, cure: async () => ({ ...target, ca }) };
  },

  'self-signed': async (bench) => {
    const stack = await bench.stack();
    const [cert, key] = await oldRecipe(bench);
    return {
      target: await direct(bench, cert, key),
      cure: async (fix) => {
        await stack.sh(fix('make up'));
        return stack.target('wss://localhost:8443/ws');
      },
    };
  },

  'common-name-only': async (bench) => {
    const stack = await bench.stack();
    const [cert, key] = await oldRecipe(bench);
    return {
      target: { ...(await direct(bench, cert, key)), ca: cert },
      said: { 'make up': () => stack.output(`make up TLS=files SSL_CERTFILE=${cert} SSL_KEYFILE=${key}`) },
      cure: async (fix) => {
        const folder = bench.folder();
        await stack.sh(`cd ${folder} && ${fix('openssl')}`);
        const [named, itsKey] = [join(folder, 'server.crt'), join(folder, 'server.key')];
        return { ...(await direct(bench, named, itsKey)), ca: named };
      },
    };
  },

  'ca-made-anew': async (bench) => {
    const stack = await bench.stack();
    const old = join(bench.folder(), 'ca.pem');
    copyFileSync(stack.ca, old);
    await stack.sh('rm -r certs && make up');
    const target = stack.target('wss://localhost:8443/ws');
    return { target: { ...target, ca: old }, cure: async () => target };
  },

  'ca-file-missing': async (bench) => {
    const stack = await bench.stack();
    const target = stack.target('wss://localhost:8443/ws');
    return { target: { ...target, ca: 'certs/ca.pem' }, cure: async () => target };
  },

  'incomplete-chain': async (bench) => {
    const stack = await bench.stack();
    const { ca, cert, key, intermediate } = leafOfIntermediate(bench.folder());
    const served = join(bench.folder(), 'fullchain.pem');
    copyFileSync(cert, served);
    const target = { ...(await direct(bench, served, key)), ca };
    return {
      target,
      said: { 'make up': () => stack.output(`make up TLS=files SSL_CERTFILE=${served} SSL_KEYFILE=${key}`) },
      cure: async (fix) => {
        const command = fix('cat').replace('server.crt', cert).replace('intermediate.crt', intermediate);
        const complete = join(bench.folder(), 'fullchain.pem');
        await stack.sh(command.replace('fullchain.pem', complete));
        return { ...(await direct(bench, complete, key)), ca };
      },
    };
  },
};

/** The app itself with this certificate, and a token that it takes. */
export async function direct(bench: Bench, cert: string, key: string): Promise<Target> {
  const { port } = await bench.service({ SSL_CERTFILE: cert, SSL_KEYFILE: key, SSL_REQUIRED: 'true' });
  return { url: `wss://localhost:${port}/ws`, token: token() };
}

/** What countless guides say. @returns certificate and key */
async function oldRecipe(bench: Bench): Promise<[string, string]> {
  const [cert, key] = ['server.crt', 'server.key'].map((name) => join(bench.folder(), name)) as [
    string,
    string,
  ];
  openssl(
    ...['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-keyout', key, '-out', cert],
    ...['-days', '365', '-subj', '/CN=localhost'],
  );
  return [cert, key];
}
