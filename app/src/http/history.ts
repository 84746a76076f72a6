import { type RequestHandler, Router } from 'express';
import { longestName } from '../domain/uplink.js';
import type { StoredUplink } from '../store/store.js';

const defaultLimit = 5;
const maxLimit = 50;

/** `GET /messages/last?dev_eui=&limit=`: the newest uplinks of a device, newest first. */
export function historyRoutes(
  key: RequestHandler,
  last: (devEui: string, limit: number) => Promise<StoredUplink[]>,
): Router {
  const router = Router();
  router.get('/messages/last', key, async (request, response) => {
    const devEui = request.query.dev_eui;
    const limit = request.query.limit ?? String(defaultLimit);
    const faults = [
      ...(typeof devEui === 'string' && devEui !== '' && devEui.length <= longestName
        ? []
        : [{ loc: ['query', 'dev_eui'], msg: devEui ? `Input should be one DevEUI` : 'Field required' }]),
      ...(typeof limit === 'string' && /^-?\d{1,15}$/.test(limit)
        ? []
        : [{ loc: ['query', 'limit'], msg: 'Input should be a whole number' }]),
    ];
    if (faults.length > 0) return void response.status(422).json({ detail: faults });
    const clamped = Math.min(Math.max(Number(limit), 1), maxLimit);
    response.json(await last(devEui as string, clamped));
  });
  return router;
}
