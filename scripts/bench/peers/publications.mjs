/**
 * What every peer on Node does with `POST /messages`: read the body, parse it, and serialise it once for all. More lines
 * are more messages. The answer leaves when all has been handed to the sockets.
 * @param {(text: string, to: string | null) => void} deliver
 * @returns {import('node:http').RequestListener}
 */
export const takePublications = (deliver) => (request, response) => {
  const parts = [];
  request.on('data', (part) => parts.push(part));
  request.on('end', () => {
    const to = new URL(request.url, 'http://localhost').searchParams.get('to');
    for (const line of Buffer.concat(parts).toString().split('\n')) {
      deliver(JSON.stringify(JSON.parse(line)), to);
    }
    response.writeHead(202, { 'Content-Type': 'application/json' }).end('{}');
  });
};
