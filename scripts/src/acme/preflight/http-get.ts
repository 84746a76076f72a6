import { once } from 'node:events';
import { request as http, type IncomingMessage } from 'node:http';
import { request as https, type RequestOptions } from 'node:https';

export interface HttpQuestion {
  readonly url: URL;
  /** Connect there, whatever the name in the URL resolves to. */
  readonly address?: string;
  /** Connect to this port, whatever the URL says. */
  readonly port?: number;
  /** Milliseconds for the whole answer. */
  readonly patience: number;
  /** PEM of the roots to trust in place of those that Node has. */
  readonly ca?: string | undefined;
  /** False only where a CA does not verify either. */
  readonly verify?: boolean;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  /** Its beginning, if it is long. */
  readonly body: string;
}

/** Bytes; a directory or a key authorization is a fraction of that. */
const longest = 65_536;

/** One GET, without following redirects. @throws the error of Node; `AbortError` when patience ends */
export async function httpGet({
  url,
  address,
  port,
  patience,
  ca,
  verify = true,
}: HttpQuestion): Promise<HttpAnswer> {
  const options: RequestOptions = {
    agent: false,
    host: address ?? url.hostname.replace(/^\[|\]$/g, ''),
    port: port ?? (url.port || (url.protocol === 'http:' ? 80 : 443)),
    path: `${url.pathname}${url.search}`,
    headers: { Host: url.host, 'User-Agent': 'monitor-hermes' },
    signal: AbortSignal.timeout(patience),
    ...(url.protocol === 'https:' && { rejectUnauthorized: verify, ca }),
  };
  const asked = (url.protocol === 'http:' ? http : https)(options);
  asked.end();
  const [response] = (await once(asked, 'response')) as [IncomingMessage];
  // What comes after the part that is of interest, a cut or the end of patience, is no fault any more.
  asked.on('error', () => {});
  let body = '';
  for await (const part of response.setEncoding('utf8')) {
    body += part;
    if (body.length > longest) break;
  }
  response.destroy();
  return { status: response.statusCode ?? 0, headers: response.headers, body };
}
