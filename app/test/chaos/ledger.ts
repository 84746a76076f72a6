/** Length of the id at the beginning of a frame, `{"id":"…"`, and where it starts. */
const [idStart, idLength] = [7, 20];

/** What one client got. */
interface Book {
  /** How often, by index of the message. */
  counts: Uint8Array;
  last: string;
}

export interface Verdict {
  /** Pairs of a message and a client that never got it. */
  readonly lost: number;
  /** Deliveries beyond the first of a message to a client. */
  readonly duplicated: number;
  /** Deliveries of an older message after a newer one. */
  readonly disordered: number;
  readonly delivered: number;
}

/** The number that its source gave a message; undefined for what is none. */
type NumberOf = (frame: Readonly<Record<string, unknown>>) => number | undefined;

const uplinkNumber: NumberOf = ({ type, payload }) =>
  type === 'uplink' ? (payload as { n: number }).n : undefined;

/** Counts every message for every client by its id. */
export class Ledger {
  readonly #numberOf: NumberOf;

  constructor(numberOf: NumberOf = uplinkNumber) {
    this.#numberOf = numberOf;
  }

  readonly #index = new Map<string, number>();
  /** The number that its source gave a message, by index. */
  readonly #numbers: number[] = [];
  readonly #books: Book[] = [];
  #disordered = 0;
  /** Frames that are no uplink, such as a gap: there is to be none. */
  readonly strange: string[] = [];

  /** Books what a client got. @returns the id, for `?since=` */
  book(client: number, frame: Buffer): string | undefined {
    const id = frame.toString('latin1', idStart, idStart + idLength);
    const index = this.#index.get(id) ?? this.#open(id, frame);
    if (index === undefined) return undefined;
    const book = this.#bookOf(client);
    if (index >= book.counts.length) {
      const larger = new Uint8Array(2 * index + 1);
      larger.set(book.counts);
      book.counts = larger;
    }
    book.counts[index] = (book.counts[index] ?? 0) + 1;
    if (id < book.last) this.#disordered += 1;
    book.last = id;
    return id;
  }

  /** Ids by the number of the message, as clients have seen them. */
  get idsByNumber(): Map<number, string[]> {
    const ids = new Map<number, string[]>();
    for (const [id, index] of this.#index) {
      const number = this.#numbers[index] as number;
      ids.set(number, [...(ids.get(number) ?? []), id]);
    }
    return ids;
  }

  /** Whether each of so many clients has got so many messages, or more. */
  complete(clients: number, messages: number): boolean {
    if (this.#index.size < messages) return false;
    return this.verdict(clients).lost === 0;
  }

  /** What so many clients got of every message that any of them has seen. */
  verdict(clients: number): Verdict {
    let [lost, duplicated, delivered] = [0, 0, 0];
    for (let client = 0; client < clients; client += 1) {
      const { counts } = this.#bookOf(client);
      for (let index = 0; index < this.#index.size; index += 1) {
        const count = counts[index] ?? 0;
        delivered += count;
        if (count === 0) lost += 1;
        else duplicated += count - 1;
      }
    }
    return { lost, duplicated, delivered, disordered: this.#disordered };
  }

  #open(id: string, frame: Buffer): number | undefined {
    const parsed = JSON.parse(String(frame));
    const number = this.#numberOf(parsed);
    if (number === undefined || parsed.id !== id) {
      this.strange.push(String(frame));
      return undefined;
    }
    this.#index.set(id, this.#numbers.length);
    this.#numbers.push(number);
    return this.#numbers.length - 1;
  }

  #bookOf(client: number): Book {
    this.#books[client] ??= { counts: new Uint8Array(1_024), last: '' };
    return this.#books[client] as Book;
  }
}
