import type { JSHandle, Page } from '@playwright/test';
import type { Close, Frame } from '../../test/helpers/client.js';
import { within } from '../../test/helpers/wait.js';

export interface Received {
  /** Milliseconds since 1970 at which the page got it. */
  readonly at: number;
  readonly frame: Frame;
}

/** What `recorded-socket.js` puts into the page. */
interface RecordedSocket {
  readonly socket: { readonly protocol: string; send(data: string | Uint8Array): void };
  readonly received: Received[];
  readonly opened: Promise<boolean>;
  readonly closed: Promise<Close>;
  settled(): Promise<Received[]>;
}

interface InPage {
  readonly RecordedSocket: new (url: string, protocols?: string[]) => RecordedSocket;
}

/** A browser's WebSocket that a page has made, worked from the test. */
export class PageSocket {
  readonly #recorded: JSHandle<RecordedSocket>;

  private constructor(recorded: JSHandle<RecordedSocket>) {
    this.#recorded = recorded;
  }

  /** Opens one in a page; `opened` and `closed` tell how that went. */
  static async open(page: Page, url: string, protocols?: string[]): Promise<PageSocket> {
    const recorded = await page.evaluateHandle(
      ([url, protocols]) => new (globalThis as unknown as InPage).RecordedSocket(url, protocols),
      [url, protocols] as const,
    );
    return new PageSocket(recorded);
  }

  /** False when the handshake failed. */
  opened(): Promise<boolean> {
    return within(
      this.#recorded.evaluate(({ opened }) => opened),
      'the handshake',
    );
  }

  closed(): Promise<Close> {
    return within(
      this.#recorded.evaluate(({ closed }) => closed),
      'the close',
    );
  }

  /** What it has got; everything that was sent to it before is in. */
  settled(): Promise<Received[]> {
    return within(
      this.#recorded.evaluate((recorded) => recorded.settled()),
      'a pong',
    );
  }

  received(): Promise<Received[]> {
    return this.#recorded.evaluate(({ received }) => received);
  }

  protocol(): Promise<string> {
    return this.#recorded.evaluate(({ socket }) => socket.protocol);
  }

  send(text: string): Promise<void> {
    return this.#recorded.evaluate(({ socket }, data) => socket.send(data), text);
  }
}
