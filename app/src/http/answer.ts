import type { ServerResponse } from 'node:http';

/** Answers with JSON. Express would hash each body for an ETag, which nobody asks for again when it answers a POST. */
export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}
