import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { chmod, mkdir, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { HermesError } from '../../../../app/src/errors.js';
import type { Responder } from '../certbot-arguments.js';

/** Where a CA looks for the answer to a challenge (RFC 8555, section 8.3). */
const challengePath = '/.well-known/acme-challenge/';

type Standalone = Extract<Responder, { kind: 'standalone' }>;

/** A file that is served as the answer to a challenge would be. */
export interface Proof {
  readonly path: string;
  readonly content: string;
}

/** Serves a proof, in the way in which certbot will, for as long as `check` takes. */
export async function withProof<T>(
  responder: Exclude<Responder, { kind: 'dns' }>,
  check: (proof: Proof) => Promise<T>,
): Promise<T> {
  const token = `hermes-${randomBytes(24).toString('base64url')}`;
  const below = (responder.kind === 'standalone' && responder.proofPath) || challengePath;
  const proof = { path: `${below}${token}`, content: randomBytes(32).toString('base64url') };
  const end =
    responder.kind === 'webroot'
      ? await inWebroot(responder.folder, proof)
      : await byItself(responder, proof);
  try {
    return await check(proof);
  } finally {
    await end();
  }
}

async function inWebroot(folder: string, { path, content }: Proof): Promise<() => Promise<void>> {
  const file = join(folder, path);
  await mkdir(join(folder, challengePath), { recursive: true, mode: 0o755 });
  await writeFile(file, content, { flag: 'wx' });
  // Whatever the umask: the workers of the proxy have to read it.
  await chmod(file, 0o644);
  return () => rm(file, { force: true });
}

/** @throws HermesError `port-in-use` */
async function byItself(
  { port, address }: Standalone,
  { path, content }: Proof,
): Promise<() => Promise<void>> {
  const server = createServer((request, response) => {
    response.statusCode = request.url === path ? 200 : 404;
    response.end(request.url === path ? content : '');
  });
  server.listen({ port, host: address });
  await once(server, 'listening').catch((cause: NodeJS.ErrnoException) => {
    throw new HermesError(
      'port-in-use',
      `the challenge cannot be answered on port ${port} (${cause.code})`,
      `free the port, or set ${address ? 'ACME_ANSWER_PORT' : 'HTTP_PORT'}; ports below 1024 need root`,
      { cause },
    );
  });
  return async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  };
}
