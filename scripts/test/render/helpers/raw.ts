import { connect } from 'node:net';

/** Sends text over TCP, and reads until the connection ends or the pattern is met. */
export function raw(port: number, text: string, enough?: RegExp): Promise<string> {
  return new Promise((done, fail) => {
    let answer = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(text));
    socket.on('data', (data) => {
      answer += data;
      if (enough?.test(answer)) socket.destroy();
    });
    socket.once('close', () => done(answer)).once('error', fail);
  });
}
