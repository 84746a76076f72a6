import pRetry, { AbortError } from 'p-retry';
import { HermesError, messageOf } from '../../../app/src/errors.js';
import type { Notice } from './notice.js';

export interface DeliveryLimits {
  /** Milliseconds for one try. */
  readonly timeout: number;
  /** Tries after the first one. */
  readonly retries: number;
  /** Milliseconds before the second try; each pause after it is three times as long as the one before. */
  readonly firstPause: number;
  /** Cuts the delivery short. */
  readonly signal?: AbortSignal;
}

export const usualLimits: DeliveryLimits = { timeout: 10_000, retries: 3, firstPause: 1_000 };

/** Answers of a client's fault that may pass all the same: too early, too many, timed out. */
const passing = [408, 425, 429];

/**
 * Posts a notice until the receiver takes it with a 2xx. The URL is a secret, so nothing of it is in an error.
 * @throws HermesError `alert-not-delivered`
 */
export async function postNotice(
  webhook: string,
  notice: Notice,
  limits: DeliveryLimits = usualLimits,
): Promise<void> {
  const { retries, firstPause, signal } = limits;
  const schedule = { retries, minTimeout: firstPause, factor: 3, randomize: true };
  try {
    await pRetry(() => post(webhook, notice, limits), { ...schedule, ...(signal && { signal }) });
  } catch (error) {
    const cause = `the alert webhook did not take ${notice.event}: ${messageOf(error)}`;
    throw new HermesError('alert-not-delivered', cause, 'check ALERT_WEBHOOK; it is tried again in a minute');
  }
}

async function post(webhook: string, notice: Notice, { timeout, signal }: DeliveryLimits): Promise<void> {
  const late = AbortSignal.timeout(timeout);
  const { url, authorization } = target(webhook);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...(authorization && { Authorization: authorization }) },
    body: JSON.stringify(notice),
    // A redirect turns a POST into a GET, which nobody receives.
    redirect: 'manual',
    signal: signal ? AbortSignal.any([late, signal]) : late,
  }).catch((error: Error) => {
    throw new Error(reasonOf(error, timeout));
  });
  await response.body?.cancel();
  if (response.ok) return;
  const answer = `it answered ${response.status}`;
  const final = response.status < 500 && !passing.includes(response.status);
  throw final ? new AbortError(answer) : new Error(answer);
}

/** `fetch` refuses a URL with a password, and quotes it. */
function target(webhook: string): { url: string; authorization?: string } {
  const url = new URL(webhook);
  if (!url.username && !url.password) return { url: webhook };
  const pair = [url.username, url.password].map(decodeURIComponent).join(':');
  url.username = '';
  url.password = '';
  return { url: url.href, authorization: `Basic ${Buffer.from(pair).toString('base64')}` };
}

/** The code alone: messages of the network name host and port. */
function reasonOf(error: Error, timeout: number): string {
  if (error.name === 'TimeoutError') return `no answer in ${timeout} ms`;
  const { code } = (error.cause ?? {}) as NodeJS.ErrnoException;
  return code ?? 'the connection failed';
}
