import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Running } from '../../../src/bench/peers.js';

export type Fault = 'lose' | 'repeat' | 'swap';

/** A peer that goes wrong once, with one subscriber, at the third message. */
export async function startFaulty(fault: Fault): Promise<Running> {
  const sockets = new Set<WebSocket>();
  let count = 0;
  let heldBack = '';
  const toFirst = (socket: WebSocket, text: string) => {
    if (count === 3 && fault === 'lose') return;
    if (count === 3 && fault === 'swap') {
      heldBack = text;
      return;
    }
    socket.send(text);
    if (count === 3 && fault === 'repeat') socket.send(text);
    if (heldBack) socket.send(heldBack);
    heldBack = '';
  };
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (data) => {
      text += data;
    });
    request.on('end', () => {
      count += 1;
      const [first, ...others] = sockets;
      if (first) toFirst(first, text);
      for (const socket of others) socket.send(text);
      response.writeHead(202).end('{}');
    });
  });
  const wss = new WebSocketServer({ server });
  wss.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => {});
    socket.on('close', () => sockets.delete(socket));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const target = {
    url: `ws://127.0.0.1:${port}/ws`,
    publish: `http://127.0.0.1:${port}/messages`,
    body: '{"m":"{mark}{pad}"}',
    server: process.pid,
  };
  return {
    target,
    port,
    stop: async () => {
      for (const socket of wss.clients) socket.terminate();
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
