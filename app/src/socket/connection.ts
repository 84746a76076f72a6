import type { WebSocket } from 'ws';
import type { Identity } from '../auth/token.js';
import type { Bus } from '../bus/bus.js';
import type { Entry } from '../domain/message.js';
import type { Topic } from '../domain/topic.js';
import type { Hub } from '../hub/hub.js';
import type { Subscriber } from '../hub/subscriber.js';
import { type Admission, type AdmissionRules, subscription } from './admission.js';
import { closeCode, reasonFor } from './close-code.js';
import { Heartbeat, type HeartbeatTimes } from './heartbeat.js';
import { gone, type Outlet } from './outlet.js';
import { type ClientFrame, readClientFrame, serverFrame } from './protocol.js';
import { ReplayQueue, replay } from './replay.js';
import type { Ticking } from './ticking.js';

export interface ConnectionContext {
  readonly hub: Hub;
  readonly bus: Bus;
  readonly rules: AdmissionRules;
  readonly heartbeat: HeartbeatTimes;
  /** Something failed that is our fault; the socket was closed with 1011. */
  readonly onFault: (error: unknown) => void;
}

/** Client frames that may wait to be answered; beyond, no more is read from the socket until some are. */
const maxPendingFrames = 64;

/** The work of those that have none, one for all: a connection that only waits keeps as little as it can. */
const idle = Promise.resolve();

/** One open socket, seen by the hub as a subscriber. */
export class Connection implements Subscriber, Ticking {
  readonly #socket: WebSocket;
  readonly #outlet: Outlet;
  readonly #identity: Identity;
  /** Those of the channel. */
  readonly #topics: readonly Topic[];
  /** Clients may subscribe on this channel. */
  readonly #subscribable: boolean;
  readonly #context: ConnectionContext;
  readonly #heartbeat: Heartbeat;
  /** Topics that it has besides the channel's own; absent while there never was one. */
  #subscriptions: Set<Topic> | undefined;
  #queue: ReplayQueue | undefined;
  /** Id up to which a replay has dealt with everything. */
  #replayed = '';
  #pendingFrames = 0;
  #work = idle;

  constructor(socket: WebSocket, outlet: Outlet, admission: Admission, context: ConnectionContext) {
    this.#socket = socket;
    this.#outlet = outlet;
    this.#identity = admission.identity;
    this.#topics = admission.topics;
    this.#subscribable = admission.channel.kind === 'general';
    this.#context = context;
    this.#heartbeat = new Heartbeat(context.heartbeat, performance.now());
    if (admission.subscriptions.length > 0) this.#subscriptions = new Set(admission.subscriptions);
  }

  /**
   * Joins the hub, replays what was missed, and serves the client; call `left` when the socket has closed.
   * @param since id to resume after, in its full form
   */
  open(since: string | undefined): void {
    this.#socket.on('message', (data, isBinary) => this.#receive(String(data), isBinary));
    this.#socket.on('pong', () => this.#heartbeat.answered());
    if (since !== undefined) {
      const queue = new ReplayQueue();
      this.#queue = queue;
      this.#enqueue(() => this.#resume(since, queue));
    }
    this.#context.hub.join(this, this.#allTopics());
  }

  tick(now: number, date: number): void {
    if (!this.#outlet.isOpen) return;
    const due = this.#heartbeat.due(now);
    if (date >= (this.#identity.expiresAt ?? Number.POSITIVE_INFINITY)) {
      this.close(closeCode.policyViolation);
    } else if (due === 'ping') this.#socket.ping();
    else if (due === 'cut') this.#socket.terminate();
  }

  left(): void {
    this.#context.hub.leave(this, this.#allTopics());
  }

  offer(entry: Entry, frame: Buffer): void {
    if (this.#queue) this.#queue.push(entry);
    else if (entry.id > this.#replayed && !this.#outlet.send(frame)) this.close(closeCode.tryAgainLater);
  }

  /** Bytes that wait for the peer. A socket that is closing does not count: it ends soon, whatever it holds. */
  get waiting(): number {
    return this.#outlet.isOpen ? this.#outlet.waiting : 0;
  }

  close(code: number): void {
    this.#context.hub.leave(this, this.#allTopics());
    this.#socket.close(code, reasonFor(code));
  }

  #allTopics(): readonly Topic[] {
    return this.#subscriptions ? [...this.#topics, ...this.#subscriptions] : this.#topics;
  }

  async #resume(since: string, queue: ReplayQueue): Promise<void> {
    const target = {
      hasTopic: (topic: Topic) => this.#topics.includes(topic) || this.#subscriptions?.has(topic) === true,
      outlet: this.#outlet,
      goLive: (upTo: string) => {
        this.#queue = undefined;
        this.#replayed = upTo;
      },
    };
    await replay(this.#context.bus, since, target, queue);
  }

  #receive(text: string, isBinary: boolean): void {
    if (isBinary) {
      this.close(closeCode.unsupportedData);
      return;
    }
    const frame = readClientFrame(text);
    this.#pendingFrames += 1;
    if (this.#pendingFrames >= maxPendingFrames) this.#socket.pause();
    this.#enqueue(async () => {
      await this.#answer(frame);
      this.#pendingFrames -= 1;
      if (this.#pendingFrames === 0 && this.#socket.isPaused) this.#socket.resume();
    });
  }

  /** Client frames are answered one after another, in the order they came, and no faster than the client reads. */
  #enqueue(task: () => Promise<void>): void {
    this.#work = this.#work.then(task).catch((error: unknown) => {
      if (error === gone || !this.#outlet.isOpen) return;
      this.close(closeCode.internalError);
      this.#context.onFault(error);
    });
  }

  async #answer(frame: ClientFrame): Promise<void> {
    if (!this.#outlet.isOpen) throw gone;
    if (frame.action === 'ack') return;
    if (frame.action === 'ping') return this.#outlet.write(serverFrame.pong);
    if (frame.action === 'invalid') return this.#outlet.write(serverFrame.error(frame.code, frame.message));
    if (!this.#subscribable) {
      return this.#outlet.write(serverFrame.error('not-here', `${frame.action} works on /ws only`));
    }
    const { device } = frame;
    const verdict = await subscription(device, this.#identity, this.#context.rules);
    if (!verdict.allowed) return this.#outlet.write(serverFrame.error('forbidden', verdict.reason));
    const change = frame.action === 'subscribe' ? this.#subscribe : this.#unsubscribe;
    return this.#outlet.write(change.call(this, device, verdict.topics));
  }

  #subscribe(device: string, topics: readonly Topic[]): string {
    // The answer may have had to wait: a socket that has closed by then must not get into the hub again.
    if (!this.#outlet.isOpen) throw gone;
    this.#subscriptions ??= new Set();
    const own = this.#subscriptions;
    const fresh = topics.filter((topic) => !own.has(topic));
    if (own.size + fresh.length > this.#context.rules.maxSubscriptions) {
      return serverFrame.error('too-many', 'this socket has as many subscriptions as it may');
    }
    for (const topic of fresh) own.add(topic);
    this.#context.hub.join(this, fresh);
    return serverFrame.subscribed(device);
  }

  #unsubscribe(device: string, topics: readonly Topic[]): string {
    for (const topic of topics) this.#subscriptions?.delete(topic);
    this.#context.hub.leave(this, topics);
    return serverFrame.unsubscribed(device);
  }
}
