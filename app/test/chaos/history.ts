import { type Collection, type Document, MongoClient } from 'mongodb';

/** The ids in the history, by the number of their message. */
export function readHistory(url: string): Promise<Map<number, string[]>> {
  return withMessages(url, async (messages) => {
    const ids = new Map<number, string[]>();
    for await (const { id, payload } of messages.find({}, { projection: { id: 1, payload: 1 } })) {
      ids.set(payload.n, [...(ids.get(payload.n) ?? []), id]);
    }
    return ids;
  });
}

export function countHistory(url: string): Promise<number> {
  return withMessages(url, (messages) => messages.countDocuments());
}

async function withMessages<T>(url: string, use: (messages: Collection<Document>) => Promise<T>): Promise<T> {
  const client = new MongoClient(url);
  try {
    return await use(client.db('hermes').collection('messages'));
  } finally {
    await client.close();
  }
}
