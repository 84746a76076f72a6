import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { ThrowawayCa } from './throwaway-ca.js';

/** Serves a folder over HTTPS, as the web server of an application would: on another origin than Hermes. */
export class PageServer {
  readonly #server: Server;

  constructor(folder: string, { keyFile, certFile }: ThrowawayCa) {
    const pair = { key: readFileSync(keyFile), cert: readFileSync(certFile) };
    this.#server = createServer(pair, express().use(express.static(folder)));
  }

  async listen(): Promise<void> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  get origin(): string {
    return `https://localhost:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
