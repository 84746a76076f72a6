import { Agent, request } from 'node:https';

export interface Poster {
  /** @returns the status; 0 where there was no answer */
  post(path: string, content: object): Promise<number>;
  stop(): void;
}

/** Posts JSON as a service does, over connections that are kept. @param url without a path */
export function poster(url: string, key: string, ca: string, maxSockets: number): Poster {
  const agent = new Agent({ keepAlive: true, maxSockets, ca });
  return {
    post: (path, content) =>
      new Promise((resolve) => {
        const call = request(`${url}${path}`, {
          agent,
          method: 'POST',
          headers: { 'X-API-Key': key, 'Content-Type': 'application/json' },
          timeout: 10_000,
        });
        call.on('response', (response) => {
          response.resume().on('error', () => resolve(0));
          response.on('end', () => resolve(response.statusCode ?? 0));
        });
        call.on('timeout', () => call.destroy(new Error('no answer')));
        call.on('error', () => resolve(0));
        call.end(JSON.stringify(content));
      }),
    stop: () => agent.destroy(),
  };
}
