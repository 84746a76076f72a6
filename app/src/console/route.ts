import { join } from 'node:path';
import express, { Router } from 'express';
import { projectRoot } from '../settings/project-root.js';
import type { Admission, Handshake, Refusal } from '../socket/admission.js';

const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  // The address of another server may be typed in, to try it.
  "connect-src 'self' ws: wss:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * The console page at `/`, its assets below `/console/`, and `/console/check`, which tells what a handshake would get:
 * browsers hide that from pages.
 */
export function consoleRoutes(
  decide: (handshake: Handshake) => Promise<Admission | Refusal>,
  addressOf: (request: express.Request) => string,
): Router {
  const folder = join(projectRoot, 'app/src/console');
  const router = Router();
  router.use((_request, response, next) => {
    response.set({
      'Content-Security-Policy': policy,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cache-Control': 'no-cache',
    });
    next();
  });
  router.get('/console/check', async (request, response) => {
    const { path } = request.query;
    const headers = { ...request.headers, 'sec-websocket-protocol': '' };
    const result = await decide({
      url: typeof path === 'string' ? path : '/',
      headers,
      address: addressOf(request),
    });
    response.json('status' in result ? result : { status: 101 });
  });
  const assets = express.static(folder, { index: false });
  // The folder also holds sources that are no assets.
  router.get(/^\/console\/[\w-]+\.(?:js|css|svg)$/, (request, response, next) => {
    request.url = request.url.replace('/console', '');
    assets(request, response, next);
  });
  router.get('/', (_request, response) => response.sendFile(join(folder, 'index.html')));
  return router;
}
