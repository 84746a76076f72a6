import { type RequestHandler, Router } from 'express';
import type { Message } from '../domain/message.js';
import { documentId } from '../domain/message-id.js';
import { messageOf } from '../errors.js';
import { answerJson, bodyText, parseJson, readBody } from '../http/body.js';
import type { Checked } from './fault.js';
import { readNotification } from './notification.js';
import type { Outcome, Publish } from './publish.js';
import { readUplink } from './uplink.js';

const conflict = 'the device belongs to another tenant (DEVICE_REASSIGN is off)';

/** `POST /messages` and `POST /notify`: what services publish over HTTP. */
export function ingestRoutes(key: RequestHandler, publish: Publish): Router {
  const router = Router();

  router.post('/messages', key, readBody, async (request, response) => {
    const text = bodyText(request.body);
    if (request.is('application/x-ndjson')) {
      return answerJson(response, 202, await publishMany(readLines(text), publish));
    }
    const input = parseJson(text);
    if (Array.isArray(input)) {
      const items = input.map((item) => readUplink(item, new Date()));
      return answerJson(response, 202, await publishMany(items, publish));
    }
    const uplink = readUplink(input, new Date());
    if (!uplink.ok) return answerJson(response, 422, { detail: uplink.faults });
    const [outcome] = await publish([uplink.value]);
    if (!outcome?.published) return answerJson(response, 409, { detail: conflict });
    const { id, duplicate } = outcome;
    answerJson(response, duplicate ? 200 : 202, { id, insert_id: documentId(id) });
  });

  router.post('/notify', key, readBody, async (request, response) => {
    const body = parseJson(bodyText(request.body));
    const where = body === undefined ? 'query' : 'body';
    const input =
      typeof body === 'object' && body !== null ? { ...request.query, ...body } : (body ?? request.query);
    const notification = readNotification(input, [where], new Date());
    if (!notification.ok) return answerJson(response, 422, { detail: notification.faults });
    const [outcome] = await publish([notification.value]);
    answerJson(response, 202, { status: 'success', id: outcome?.published ? outcome.id : null });
  });

  return router;
}

interface Summary {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: readonly { readonly index: number; readonly detail: unknown }[];
}

/** Publishes the good ones of many, in one go, and says which were not good. */
async function publishMany(items: readonly Checked<Message>[], publish: Publish): Promise<Summary> {
  const good = items.flatMap((item, index) => (item.ok ? [{ index, message: item.value }] : []));
  const outcomes = await publish(good.map(({ message }) => message));
  const refused = (outcome: Outcome | undefined) => !outcome?.published;
  const rejected = [
    ...items.flatMap((item, index) => (item.ok ? [] : [{ index, detail: item.faults as unknown }])),
    ...good.flatMap(({ index }, n) => (refused(outcomes[n]) ? [{ index, detail: conflict as unknown }] : [])),
  ].sort((a, b) => a.index - b.index);
  const duplicates = outcomes.filter((outcome) => outcome.published && outcome.duplicate).length;
  return { accepted: items.length - rejected.length - duplicates, duplicates, rejected };
}

/** Newline-delimited JSON, one message a line; empty lines do not count. */
function readLines(text: string): Checked<Message>[] {
  return text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      try {
        return readUplink(parseJson(line), new Date());
      } catch (error) {
        return { ok: false, faults: [{ loc: ['body'], msg: messageOf(error) }] };
      }
    });
}
