/**
 * Ids of messages: milliseconds since 1970 and a sequence within the millisecond, both of fixed width, so that they
 * sort as text. The parts are those of a Redis stream id.
 */
const shape = /^(\d{1,13})(?:-(\d{1,6}))?$/;

export interface IdParts {
  readonly ms: number;
  readonly sequence: number;
}

export function formatId({ ms, sequence }: IdParts): string {
  return `${String(ms).padStart(13, '0')}-${String(sequence).padStart(6, '0')}`;
}

/** Reads an id, also one with fewer digits such as `0` or `1764000000000-0`; undefined when it is none. */
export function parseId(text: string): IdParts | undefined {
  const match = shape.exec(text);
  return match ? { ms: Number(match[1]), sequence: Number(match[2] ?? 0) } : undefined;
}

export function nextId(previous: IdParts, now: number): IdParts {
  if (now > previous.ms) return { ms: now, sequence: 0 };
  if (previous.sequence < 999_999) return { ms: previous.ms, sequence: previous.sequence + 1 };
  return { ms: previous.ms + 1, sequence: 0 };
}

/**
 * The 24 hex digits under which a stored message is known (`_id`, `insert_id`). Laid out like a MongoDB ObjectId:
 * 4 bytes of seconds, then the rest, so that they sort and carry their time.
 */
export function documentId(id: string): string {
  const { ms, sequence } = parseId(id) ?? { ms: 0, sequence: 0 };
  const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
  return hex(Math.floor(ms / 1000), 8) + hex(ms % 1000, 4) + hex(sequence, 12);
}
