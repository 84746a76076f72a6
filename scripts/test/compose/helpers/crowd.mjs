/*
 * Run by Node inside of the app's image: how many connections a busy process lets in at one turn of its loop. Prints
 * what was found as JSON.
 */
import { connect } from 'node:net';

const inImage = (path) => import(`/srv/hermes/dist/app/src/${path}`);
const { createServer, listen } = await inImage('server.js');
const { openMore } = await inImage('doors.js');
const times = { requestHead: 1_000, request: 1_000 };
const started = () => createServer({ kind: 'ws' }, times, () => {});

let turn = 0;
const turns = [];
const server = started();
server.on('connection', () => turns.push(turn));
const address = await listen(server, 0, '127.0.0.1');
await openMore(server, address, '127.0.0.1');
const second = await listen(started(), address.port, '127.0.0.1').catch(({ code }) => code);

const crowd = Array.from({ length: 64 }, () => connect(address.port, '127.0.0.1'));
// All of them wait in the kernel before the loop looks again.
for (const end = Date.now() + 200; Date.now() < end; );
await new Promise((done) => {
  const next = () => {
    turn += 1;
    if (turns.length < crowd.length && turn < 10_000) setImmediate(next);
    else done();
  };
  next();
});
process.stdout.write(JSON.stringify({ accepted: turns.length, turns: Math.max(...turns), second }));
process.exit();
