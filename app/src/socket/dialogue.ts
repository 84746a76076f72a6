import type { Identity } from '../auth/token.js';
import type { Topic } from '../domain/topic.js';
import type { Hub } from '../hub/hub.js';
import type { Subscriber } from '../hub/subscriber.js';
import { type AdmissionRules, subscription } from './admission.js';
import { type ChannelSocket, gone } from './channel-socket.js';
import { type ClientFrame, readClientFrame, serverFrame } from './protocol.js';

export interface DialogueContext {
  readonly hub: Hub;
  readonly rules: AdmissionRules;
}

/** Client frames that may wait to be answered; beyond, no more is read from the socket until some are. */
const maxPendingFrames = 64;

/** What a client asks for, and what it has subscribed to. */
export class Dialogue {
  readonly #socket: ChannelSocket;
  readonly #subscriber: Subscriber;
  /** Whose subscriptions they are; undefined where the channel has none. */
  readonly #identity: Identity | undefined;
  readonly #context: DialogueContext;
  readonly #onFault: (error: unknown) => void;
  readonly #subscriptions: Set<Topic>;
  #pendingFrames = 0;
  #work = Promise.resolve();

  /** @param subscriptions topics that it begins with */
  constructor(
    socket: ChannelSocket,
    subscriber: Subscriber,
    client: { readonly identity?: Identity; readonly subscriptions?: readonly Topic[] },
    context: DialogueContext,
    onFault: (error: unknown) => void,
  ) {
    this.#socket = socket;
    this.#subscriber = subscriber;
    this.#identity = client.identity;
    this.#subscriptions = new Set(client.subscriptions);
    this.#context = context;
    this.#onFault = onFault;
  }

  /** Topics besides those of the channel. */
  get subscriptions(): ReadonlySet<Topic> {
    return this.#subscriptions;
  }

  receive(text: string): void {
    const frame = readClientFrame(text);
    this.#pendingFrames += 1;
    if (this.#pendingFrames >= maxPendingFrames) this.#socket.pause();
    this.enqueue(async () => {
      await this.#answer(frame);
      this.#pendingFrames -= 1;
      if (this.#pendingFrames === 0 && this.#socket.isPaused) this.#socket.resume();
    });
  }

  /** Client frames are answered one after another, in the order they came, and no faster than the client reads. */
  enqueue(task: () => Promise<void>): void {
    this.#work = this.#work.then(task).catch((error: unknown) => {
      if (error !== gone && this.#socket.isOpen) this.#onFault(error);
    });
  }

  async #answer(frame: ClientFrame): Promise<void> {
    if (!this.#socket.isOpen) throw gone;
    if (frame.action === 'ack') return;
    if (frame.action === 'ping') return this.#socket.write(serverFrame.pong);
    if (frame.action === 'invalid') return this.#socket.write(serverFrame.error(frame.code, frame.message));
    if (!this.#identity) {
      return this.#socket.write(serverFrame.error('not-here', `${frame.action} works on /ws only`));
    }
    const { device } = frame;
    const verdict = await subscription(device, this.#identity, this.#context.rules);
    if (!verdict.allowed) return this.#socket.write(serverFrame.error('forbidden', verdict.reason));
    const change = frame.action === 'subscribe' ? this.#subscribe : this.#unsubscribe;
    return this.#socket.write(change.call(this, device, verdict.topics));
  }

  #subscribe(device: string, topics: readonly Topic[]): string {
    // The answer may have had to wait: a socket that has closed by then must not get into the hub again.
    if (!this.#socket.isOpen) throw gone;
    const fresh = topics.filter((topic) => !this.#subscriptions.has(topic));
    if (this.#subscriptions.size + fresh.length > this.#context.rules.maxSubscriptions) {
      return serverFrame.error('too-many', 'this socket has as many subscriptions as it may');
    }
    for (const topic of fresh) this.#subscriptions.add(topic);
    this.#context.hub.join(this.#subscriber, fresh);
    return serverFrame.subscribed(device);
  }

  #unsubscribe(device: string, topics: readonly Topic[]): string {
    for (const topic of topics) this.#subscriptions.delete(topic);
    this.#context.hub.leave(this.#subscriber, topics);
    return serverFrame.unsubscribed(device);
  }
}
