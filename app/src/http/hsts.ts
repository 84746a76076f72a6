import type { RequestHandler } from 'express';
import { hstsMaxAge } from '../settings/hsts.js';

/** Has browsers use HTTPS only from now on (RFC 6797). A proxy in front says so itself. */
export const promiseHttps: RequestHandler = (_request, response, next) => {
  response.setHeader('Strict-Transport-Security', `max-age=${hstsMaxAge}`);
  next();
};
