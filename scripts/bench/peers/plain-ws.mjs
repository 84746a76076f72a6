// The loop that most begin with: `send` for each socket.
import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';
import { takePublications } from './publications.mjs';

const sockets = new Set();
const byNumber = new Map();

const deliver = (text, to) => {
  if (to !== null) return byNumber.get(to)?.send(text);
  for (const socket of sockets) socket.send(text);
};

const server = createServer(takePublications(deliver));
new WebSocketServer({ server }).on('connection', (socket, request) => {
  const number = request.url.split('/')[2];
  sockets.add(socket);
  if (number) byNumber.set(number, socket);
  socket.on('error', () => {});
  socket.on('close', () => {
    sockets.delete(socket);
    if (byNumber.get(number) === socket) byNumber.delete(number);
  });
});
server.listen(Number(process.env.PORT), '127.0.0.1');
