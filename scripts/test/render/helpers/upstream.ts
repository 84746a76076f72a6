import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebSocketServer } from 'ws';

/** A stand-in for the app: it echoes frames, and answers a request with what it saw of it. */
export interface Upstream {
  readonly address: string;
  /** The handshakes that reached it. */
  readonly handshakes: IncomingMessage[];
  close(): Promise<void>;
}

/** What the upstream answers an ordinary request. */
export interface Seen {
  readonly url: string;
  readonly bytes: number;
  readonly headers: Record<string, string | undefined>;
}

export async function startUpstream(): Promise<Upstream> {
  const handshakes: IncomingMessage[] = [];
  const server = createServer(async (request, response) => {
    let bytes = 0;
    for await (const chunk of request) bytes += chunk.length;
    const seen: Seen = { url: request.url ?? '', bytes, headers: request.headers as Seen['headers'] };
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify(seen));
  });
  const sockets = new WebSocketServer({ server });
  sockets.on('connection', (socket, request) => {
    handshakes.push(request);
    socket.on('message', (data, isBinary) => socket.send(data, { binary: isBinary }));
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    handshakes,
    close: async () => {
      for (const socket of sockets.clients) socket.terminate();
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
    },
  };
}
