import type { ServerResponse } from 'node:http';
import { type ErrorRequestHandler, raw } from 'express';
import { parse } from 'secure-json-parse';
import { HermesError } from '../errors.js';
import { maxBodyBytes } from '../settings/limits.js';

/** Reads the body as bytes, whatever its declared type: a forgotten header must not change what a body means. */
export const readBody = raw({ type: () => true, limit: maxBodyBytes });

/**
 * Parses JSON text. Keys that could reach a prototype are dropped on the way.
 * @returns undefined for an empty body
 * @throws HermesError `not-json`
 */
export function parseJson(text: string): unknown {
  if (text.trim() === '') return undefined;
  try {
    return parse(text, undefined, { protoAction: 'remove', constructorAction: 'remove' });
  } catch (error) {
    throw new HermesError('not-json', `the body is not JSON: ${(error as Error).message}`);
  }
}

/** The text of a body that `readBody` has read. */
export function bodyText(body: unknown): string {
  return Buffer.isBuffer(body) ? body.toString('utf8') : '';
}

/** Answers with JSON. Express would hash each body for an ETag, which nobody asks for again when it answers a POST. */
export function answerJson(response: ServerResponse, status: number, body: unknown): void {
  const text = JSON.stringify(body);
  response.writeHead(status, {
    'Content-Type': 'application/json; charset=utf-8',
    'Content-Length': Buffer.byteLength(text),
  });
  response.end(text);
}

/** Errors of any route as JSON: what was wrong with the request, and never a stack trace. */
export function answerErrors(onFault: (error: unknown) => void): ErrorRequestHandler {
  return (error, _request, response, next) => {
    if (response.headersSent) return next(error);
    if (error instanceof HermesError) {
      if (error.code === 'not-json') return void response.status(400).json({ detail: error.message });
      if (error.code === 'bus-unavailable' || error.code === 'store-unavailable') {
        return void response
          .status(503)
          .set('Retry-After', '5')
          .json({ detail: error.message, hint: error.hint });
      }
    }
    const status = typeof error?.status === 'number' && error.status < 500 ? error.status : 500;
    if (status === 500) onFault(error);
    const detail =
      status === 413 ? 'the body is larger than 1 MiB' : status === 500 ? 'internal error' : 'bad request';
    response.status(status).json({ detail });
  };
}
