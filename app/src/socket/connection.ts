import type { Channel } from '../auth/access.js';
import type { Bus } from '../bus/bus.js';
import type { Entry } from '../domain/message.js';
import type { Topic } from '../domain/topic.js';
import type { Subscriber } from '../hub/subscriber.js';
import type { Admission } from './admission.js';
import type { Attendant, ChannelSocket } from './channel-socket.js';
import { closeCode } from './close-code.js';
import { Dialogue, type DialogueContext } from './dialogue.js';
import { due, firstPing, type Heartbeat, type HeartbeatTimes } from './heartbeat.js';
import { ReplayQueue, replay } from './replay.js';
import type { Ticking } from './ticking.js';

export interface ConnectionContext extends DialogueContext {
  readonly bus: Bus;
  readonly heartbeat: HeartbeatTimes;
  /** Something failed that is our fault; the socket was closed with 1011. */
  readonly onFault: (error: unknown) => void;
  /** The socket has closed, and is out of the hub. */
  readonly onLeft: (connection: Connection, code: number) => void;
}

/** One open socket, seen by the hub as a subscriber. It keeps of its admission what it needs, not all of it. */
export class Connection implements Subscriber, Ticking, Attendant, Heartbeat {
  readonly channel: Channel['kind'];
  readonly address: string;
  readonly #socket: ChannelSocket;
  readonly #context: ConnectionContext;
  /** Those of the channel. */
  readonly #topics: readonly Topic[];
  /** Seconds since 1970. */
  readonly #expiresAt: number | undefined;
  pingAt: number;
  cutAt: number | undefined;
  /** Absent while there is nothing to be said: most sockets only listen. */
  #dialogue: Dialogue | undefined;
  #queue: ReplayQueue | undefined;
  /** Id up to which a replay has dealt with everything. */
  #replayed = '';

  constructor(socket: ChannelSocket, admission: Admission, context: ConnectionContext) {
    const { identity, channel, address, topics, subscriptions } = admission;
    this.channel = channel.kind;
    this.address = address;
    this.#socket = socket;
    this.#context = context;
    this.#topics = topics;
    this.#expiresAt = identity.expiresAt;
    this.pingAt = firstPing(performance.now(), context.heartbeat);
    if (channel.kind === 'general') this.#dialogue = this.#newDialogue({ identity, subscriptions });
  }

  /**
   * Joins the hub, and replays what was missed.
   * @param since id to resume after, in its full form
   */
  open(since: string | undefined): void {
    if (since !== undefined) {
      const queue = new ReplayQueue();
      this.#queue = queue;
      this.#talk().enqueue(() => this.#resume(since, queue));
    }
    this.#context.hub.join(this, this.#allTopics());
  }

  tick(now: number, date: number): void {
    if (!this.#socket.isOpen) return;
    const what = due(this, now, this.#context.heartbeat);
    if (this.#expiresAt !== undefined && date >= this.#expiresAt * 1_000) {
      this.close(closeCode.policyViolation);
    } else if (what === 'ping') this.#socket.ping();
    else if (what === 'cut') this.cut();
  }

  offer(entry: Entry, frame: Buffer): void {
    if (this.#queue) this.#queue.push(entry);
    else if (entry.id > this.#replayed && !this.#socket.offer(frame)) this.close(closeCode.tryAgainLater);
  }

  received(text: string): void {
    this.#talk().receive(text);
  }

  answered(): void {
    this.cutAt = undefined;
  }

  left(code: number): void {
    this.#context.hub.leave(this, this.#allTopics());
    this.#context.onLeft(this, code);
  }

  /** Bytes that wait for the peer. A socket that is closing does not count: it ends soon, whatever it holds. */
  get waiting(): number {
    return this.#socket.isOpen ? this.#socket.waiting : 0;
  }

  close(code: number): void {
    this.#context.hub.leave(this, this.#allTopics());
    this.#socket.close(code);
  }

  /** Ends it without a word. */
  cut(): void {
    this.#socket.terminate();
  }

  #allTopics(): readonly Topic[] {
    return this.#dialogue ? [...this.#topics, ...this.#dialogue.subscriptions] : this.#topics;
  }

  #talk(): Dialogue {
    this.#dialogue ??= this.#newDialogue({});
    return this.#dialogue;
  }

  #newDialogue(client: ConstructorParameters<typeof Dialogue>[2]): Dialogue {
    return new Dialogue(this.#socket, this, client, this.#context, (error) => {
      this.close(closeCode.internalError);
      this.#context.onFault(error);
    });
  }

  async #resume(since: string, queue: ReplayQueue): Promise<void> {
    const target = {
      hasTopic: (topic: Topic) =>
        this.#topics.includes(topic) || this.#dialogue?.subscriptions.has(topic) === true,
      outlet: this.#socket,
      goLive: (upTo: string) => {
        this.#queue = undefined;
        this.#replayed = upTo;
      },
    };
    await replay(this.#context.bus, since, target, queue);
  }
}
