import type { IncomingHttpHeaders } from 'node:http';
import { accessTo, type Channel, deviceAccess, type TenantOf, type Verdict } from '../auth/access.js';
import { type Identity, type TokenPolicy, verifyToken } from '../auth/token.js';
import { formatId, parseId } from '../domain/message-id.js';
import type { Topic } from '../domain/topic.js';
import { HermesError } from '../errors.js';
import { tokenOf } from './carrier.js';
import { channelOf, plainId } from './channel.js';
import { originAllowed } from './origin.js';

/** A handshake as far as it decides who may come in. */
export interface Handshake {
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** The client's address, as far as the trusted proxies tell it. */
  readonly address: string;
}

/** What a socket may have; decided before the upgrade. */
export interface Admission {
  readonly identity: Identity;
  readonly channel: Channel;
  /** Those of the channel. */
  readonly topics: readonly Topic[];
  /** Those of `?device=`. */
  readonly subscriptions: readonly Topic[];
  /** Id to resume after, in its full form. */
  readonly since?: string;
  readonly address: string;
}

/** A refusal, which the peer gets as an HTTP answer with `{"error","hint"}` as its body. */
export interface Refusal {
  readonly status: 400 | 401 | 403 | 404 | 429 | 503;
  readonly error: string;
  readonly hint: string;
  readonly retryAfterSeconds?: number;
}

export interface AdmissionRules {
  readonly tokens: TokenPolicy;
  readonly allowedOrigins: readonly string[] | undefined;
  readonly fernetKey: Buffer | undefined;
  readonly tenantOf: TenantOf;
  /** Devices that one socket may subscribe to. */
  readonly maxSubscriptions: number;
  /** Room for one more socket of this address; a refusal when there is none. */
  readonly capacity: (address: string) => Promise<Refusal | undefined>;
}

/** Decides about a handshake. Cheap checks come first, and nothing is told to whom a check before it refuses. */
export async function admit(handshake: Handshake, rules: AdmissionRules): Promise<Admission | Refusal> {
  const { path, query } = split(handshake.url);
  const channel = channelOf(path);
  if (!channel) {
    return refuse(404, 'unknown channel', 'use /ws, /ws/notifications, /ws/tenant/{id} or /ws/device/{id}');
  }
  const full = await rules.capacity(handshake.address);
  if (full) return full;
  const { origin, host } = handshake.headers;
  if (!originAllowed(origin, host, rules.allowedOrigins)) {
    return refuse(403, `origin ${origin} is not allowed`, 'add it to ALLOWED_ORIGINS');
  }
  const token = tokenOf(handshake.headers, query);
  if (!token) {
    return refuse(
      401,
      'token missing',
      'send it as ?token=, as Authorization: Bearer, or as subprotocols bearer, <JWT>',
    );
  }
  const identity = identify(token, rules.tokens);
  if ('status' in identity) return identity;
  const since = query.get('since');
  const resumeFrom = since === null ? undefined : parseId(since);
  if (since !== null && !resumeFrom) {
    return refuse(400, 'since is not the id of a message', 'give the id of the last message you have');
  }
  const opened = 'id' in channel ? withPlainId(channel, rules.fernetKey) : channel;
  if (!opened) return refuse(403, 'the encrypted id was not made with WS_SECRET', 'get a new link');
  const verdict = await accessTo(opened, identity, rules.tenantOf);
  if (!verdict.allowed) return refuse(403, verdict.reason, verdict.hint);
  const devices = channel.kind === 'general' ? query.getAll('device').filter(Boolean) : [];
  const subscriptions = await subscribed(devices, identity, rules);
  if ('status' in subscriptions) return subscriptions;
  return {
    identity,
    channel,
    topics: verdict.topics,
    subscriptions,
    address: handshake.address,
    ...(resumeFrom && { since: formatId(resumeFrom) }),
  };
}

function split(url: string): { path: string; query: URLSearchParams } {
  const mark = url.indexOf('?');
  return mark < 0
    ? { path: url, query: new URLSearchParams() }
    : { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark + 1)) };
}

function identify(token: string, policy: TokenPolicy): Identity | Refusal {
  try {
    return verifyToken(token, policy);
  } catch (error) {
    if (error instanceof HermesError) return refuse(401, error.message, error.hint);
    throw error;
  }
}

async function subscribed(
  devices: readonly string[],
  identity: Identity,
  rules: AdmissionRules,
): Promise<Topic[] | Refusal> {
  const topics = new Set<Topic>();
  for (const device of devices) {
    const verdict = await subscription(device, identity, rules);
    if (!verdict.allowed) return refuse(403, verdict.reason, verdict.hint);
    for (const topic of verdict.topics) topics.add(topic);
  }
  if (topics.size <= rules.maxSubscriptions) return [...topics];
  return refuse(
    400,
    'more devices than one socket may subscribe to',
    'open more sockets, or /ws/tenant/{id}',
  );
}

/** Whether an identity may subscribe to a device, given by its DevEUI or encrypted. */
export async function subscription(
  device: string,
  identity: Identity,
  rules: Pick<AdmissionRules, 'fernetKey' | 'tenantOf'>,
): Promise<Verdict> {
  const devEui = plainId(device, rules.fernetKey);
  if (devEui !== undefined) return deviceAccess(devEui, identity, rules.tenantOf);
  return {
    allowed: false,
    reason: 'the encrypted id was not made with WS_SECRET',
    hint: 'get a new link, or give the DevEUI',
  };
}

function withPlainId<C extends Channel & { id: string }>(channel: C, key: Buffer | undefined): C | undefined {
  const id = plainId(channel.id, key);
  return id === undefined ? undefined : { ...channel, id };
}

export function refuse(
  status: Refusal['status'],
  error: string,
  hint: string,
  retryAfterSeconds?: number,
): Refusal {
  return { status, error, hint, ...(retryAfterSeconds !== undefined && { retryAfterSeconds }) };
}
