import { Router } from 'express';
import { messageOf } from '../errors.js';

/** A part that must work before the instance may take traffic: resolves, or rejects with its fault. */
export type Check = () => Promise<void>;

/** Milliseconds after which a part that does not answer counts as failed. */
const patience = 2_000;

/**
 * `GET /health/live`: the process answers; a supervisor restarts it otherwise.
 * `GET /health/ready`: every part works; a proxy sends no traffic otherwise. Failing parts are named.
 */
export function healthRoutes(checks: Readonly<Record<string, Check>>): Router {
  const router = Router();
  router.get('/health/live', (_request, response) => {
    response.json({ status: 'live' });
  });
  router.get('/health/ready', async (_request, response) => {
    const parts = await Promise.all(
      Object.entries(checks).map(async ([name, check]) => [name, await outcome(check)] as const),
    );
    const ready = parts.every(([, state]) => state === 'ok');
    response
      .status(ready ? 200 : 503)
      .json({ status: ready ? 'ready' : 'not ready', parts: Object.fromEntries(parts) });
  });
  return router;
}

async function outcome(check: Check): Promise<string> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), patience);
  });
  try {
    await Promise.race([check(), late]);
    return 'ok';
  } catch (error) {
    return messageOf(error);
  } finally {
    clearTimeout(timer);
  }
}
