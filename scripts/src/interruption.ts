import { HermesError } from '../../app/src/errors.js';

/** Aborts on the first signal that ends this process; who insists gets the usual end. @param told to the operator */
export function interruption(told: string): AbortSignal {
  const interrupted = new AbortController();
  const reason = new HermesError('interrupted', told);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => interrupted.abort(reason));
  }
  return interrupted.signal;
}
