import type { RequestHandler } from 'express';
import { sameAs } from '../auth/api-key.js';

/** Lets requests pass that carry the service key in `X-API-Key`. It stands before the body is read. */
export function requireKey(expected: string): RequestHandler {
  const isExpected = sameAs(expected);
  return (request, response, next) => {
    const given = request.get('x-api-key');
    if (given !== undefined && isExpected(given)) next();
    else response.status(403).json({ detail: 'Invalid or missing API Key' });
  };
}
