import { strict as assert } from 'node:assert';
import { Subscriptions } from '../../../src/console/subscriptions.js';

describe('subscriptions in the console', () => {
  let subscriptions: Subscriptions;
  const states = () => Object.fromEntries(subscriptions.devices);
  beforeEach(() => {
    subscriptions = new Subscriptions();
    for (const device of ['a', 'b', 'c']) subscriptions.add(device);
  });

  it('are granted together with the handshake that asked for them', () => {
    subscriptions.opened(['a', 'b']);
    assert.deepEqual(states(), { a: 'subscribed', b: 'subscribed', c: 'wanted' });
  });

  it('take each answer for the oldest open request, as errors name no device', () => {
    for (const device of ['a', 'b', 'c']) subscriptions.asked(device);
    subscriptions.answered('subscribed');
    subscriptions.answered('error');
    assert.deepEqual(states(), { a: 'subscribed', b: 'refused', c: 'wanted' });
  });

  it('leave refused devices out of the next handshake, which would fail with them', () => {
    subscriptions.asked('b');
    subscriptions.answered('error');
    assert.deepEqual(subscriptions.forHandshake, ['a', 'c']);
  });

  it('are only wanted again once the connection is lost, and forget what was asked on it', () => {
    subscriptions.opened(['a']);
    subscriptions.asked('b');
    subscriptions.closed();
    subscriptions.answered('error');
    assert.deepEqual(states(), { a: 'wanted', b: 'wanted', c: 'wanted' });
  });

  it('do not bring back a device that was removed before its answer came', () => {
    subscriptions.asked('a');
    subscriptions.remove('a');
    subscriptions.answered('subscribed');
    assert.deepEqual(states(), { b: 'wanted', c: 'wanted' });
  });
});
