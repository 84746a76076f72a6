import type { RequestHandler } from 'express';

/** Every other route. One that asks for a channel without `Upgrade` is told so: a proxy in between may have dropped it. */
export const notFound: RequestHandler = (request, response) => {
  const channel = request.path === '/ws' || request.path.startsWith('/ws/');
  response.status(404).json({
    detail: 'Not Found',
    ...(channel && {
      hint: 'a WebSocket handshake belongs here, over HTTP/1.1; the Upgrade header was not sent, or a proxy dropped it',
    }),
  });
};
