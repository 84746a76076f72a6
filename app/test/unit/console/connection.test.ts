import { strict as assert } from 'node:assert';
import type { AddressInfo } from 'node:net';
import { WebSocket, WebSocketServer } from 'ws';
import { Connection, type Status } from '../../../src/console/connection.js';
import type { Problem } from '../../../src/console/problem.js';
import { until } from '../../helpers/wait.js';

const refusal: Problem = { code: 'refused-401', title: '', detail: '', fix: '', retry: false };

describe('the connection of the console', () => {
  let server: WebSocketServer;
  let paths: string[];
  let statuses: Status[];
  let received: string[];
  let roundTrips: number[];
  let attempts: number[];
  let connection: Connection;
  let onRefusal: Problem;

  beforeEach(async () => {
    [paths, statuses, received, roundTrips, attempts, onRefusal] = [[], [], [], [], [], refusal];
    server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await new Promise((resolve) => server.once('listening', resolve));
    server.on('connection', (socket, request) => {
      paths.push(request.url ?? '');
      socket.on('message', (data) => {
        if (String(data) === '{"action":"ping"}') socket.send('{"action":"pong"}');
      });
    });
    connection = new Connection(
      {
        changed: (status) => statuses.push(status),
        received: ({ text }) => received.push(text),
        roundTrip: (milliseconds) => roundTrips.push(milliseconds),
      },
      (attempt) => {
        attempts.push(attempt);
        return 5;
      },
    );
  });
  afterEach(async () => {
    connection.disconnect();
    for (const client of server.clients) client.terminate();
    await new Promise((resolve) => server.close(resolve));
  });

  const { port } = { get port() { return (server.address() as AddressInfo).port; } };
});
