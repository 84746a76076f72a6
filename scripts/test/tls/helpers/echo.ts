import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';
import { createServer } from '../../../../app/src/server.js';
import { deriveTimeouts } from '../../../../app/src/settings/timeouts.js';
import type { Transport } from '../../../../app/src/tls/direct.js';
import { settingsOf } from '../../render/helpers/profiles.js';

export interface Echo {
  readonly port: number;
  close(): Promise<void>;
}

/** What the largest case of a protocol suite needs; the app itself takes 64 KiB, and never sends anything back. */
const maxPayload = 32 * 1024 * 1024;

/** Sends every message back, on the listener of the app, with its WebSocket library and without compression. */
export async function startEcho(transport: Transport): Promise<Echo> {
  const server = createServer(transport, deriveTimeouts(settingsOf({})), (_request, response) => {
    response.statusCode = 426;
    response.end();
  });
  const sockets = new WebSocketServer({
    server,
    maxPayload,
    maxFragments: 0,
    maxBufferedChunks: 0,
    perMessageDeflate: false,
  });
  sockets.on('connection', (socket) => {
    socket.on('error', () => {});
    socket.on('message', (data, binary) => socket.send(data, { binary }));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    port: (server.address() as AddressInfo).port,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
