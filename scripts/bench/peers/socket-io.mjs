import { createServer } from 'node:http';
import { createRequire } from 'node:module';
import { takePublications } from './publications.mjs';

const { Server } = createRequire(`${process.env.PEERS}/`)('socket.io');

// A room for each number, where there is one in the query.
const deliver = (text, to) => (to === null ? io : io.to(to)).emit('m', text);

const server = createServer();
const io = new Server(server, { transports: ['websocket'], serveClient: false });
io.on('connection', (socket) => {
  const { n } = socket.handshake.query;
  if (n) socket.join(n);
});
const [engine] = server.listeners('request');
const publications = takePublications(deliver);
server.removeAllListeners('request').on('request', (request, response) => {
  if (request.url.startsWith('/messages')) publications(request, response);
  else engine(request, response);
});
server.listen(Number(process.env.PORT), '127.0.0.1');
