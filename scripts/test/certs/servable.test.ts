import assert from 'node:assert/strict';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { HermesError } from '../../../app/src/errors.js';
import { readChain, readPair } from '../../../app/src/tls/pair.js';
import { assertServable, uncoveredNames } from '../../src/certs/servable.js';
import { append, type Files, make, makeChain } from './helpers/openssl.js';
import { newProject, removeProjects } from './helpers/project.js';

describe('servable certificate', () => {
  let folder: string;
  let root: Files;
  let intermediate: Files;
  let leaf: Files;
  const domains = ['example.com'];

  before(() => {
    folder = newProject();
    ({ root, intermediate, leaf } = makeChain(folder));
  });
  after(removeProjects);

  const withIssuers = (name: string, from: Files, ...issuers: string[]): Files => {
    const cert = join(folder, `${name}.pem`);
    copyFileSync(from.cert, cert);
    append(cert, ...issuers);
    return { cert, key: from.key };
  };
  const check = (files: Files, more: { domains?: string[]; roots?: string; now?: Date } = {}) =>
    assertServable(readPair(files.cert, files.key, 'any time'), {
      domains: more.domains ?? domains,
      roots: more.roots ? readChain(more.roots) : undefined,
      now: more.now ?? new Date(),
      file: files.cert,
    }).map(({ subject }) => subject);
  const refuses = (act: () => unknown, code: string, names: RegExp) =>
    assert.throws(act, (error) => {
      assert(error instanceof HermesError);
      assert.equal(error.code, code, error.message);
      assert.match(error.toText(), names);
      return true;
    });

  it('has its intermediates; the root may be left out, sent, or given', () => {
    const partial = withIssuers('partial', leaf, intermediate.cert);
    assert.deepEqual(check(partial), ['CN=intermediate']);
    assert.deepEqual(check(partial, { roots: root.cert }), ['CN=intermediate', 'CN=root']);
    const whole = withIssuers('whole', leaf, intermediate.cert, root.cert);
    assert.deepEqual(check(whole), ['CN=intermediate', 'CN=root']);
  });

  it('may be its own issuer', () => {
    const own = make(folder, 'own', { names: 'DNS:example.com' });
    assert.deepEqual(check(own), ['CN=own']);
  });

  it('is refused without its intermediate', () => {
    refuses(() => check(leaf), 'chain-incomplete', /leaf\.pem lacks the certificate of CN=intermediate/);
    refuses(() => check(leaf, { roots: root.cert }), 'chain-incomplete', /full chain/);
    refuses(() => check(withIssuers('skipped', leaf, root.cert)), 'chain-incomplete', /CN=intermediate/);
  });

  it('is refused right below a private root, with the cure: to append that root', () => {
    const direct = make(folder, 'direct', { issuer: root, names: 'DNS:example.com' });
    refuses(() => check(direct), 'chain-incomplete', /of a private CA, its root too/);
    assert.deepEqual(check(withIssuers('direct-whole', direct, root.cert)), ['CN=root']);
  });

  it('is refused when its chain ends elsewhere than at the root that is given', () => {
    const other = make(folder, 'elsewhere', { ca: true });
    const partial = withIssuers('partial', leaf, intermediate.cert);
    refuses(() => check(partial, { roots: other.cert }), 'chain-incomplete', /CN=root/);
  });

  it('is refused when an impostor bears the name of its issuer', () => {
    const there = newProject();
    const impostor = make(there, 'intermediate', { ca: true });
    refuses(() => check(withIssuers('forged', leaf, impostor.cert)), 'chain-incomplete', /CN=intermediate/);
  });

  it('is refused with its chain in the wrong order', () => {
    const disordered = withIssuers('disordered', leaf, root.cert, intermediate.cert);
    refuses(() => check(disordered), 'chain-order', /CN=leaf is not followed by its issuer/);
  });

  it('is refused when it or an issuer of it has expired', () => {
    const brief = make(folder, 'brief', { ca: true, issuer: root, days: 5 });
    const long = make(folder, 'long', { issuer: brief, names: 'DNS:example.com', days: 30 });
    const files = withIssuers('long-chain', long, brief.cert);
    check(files);
    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000);
    refuses(() => check(files, { now: inDays(6) }), 'cert-expired', /CN=brief/);
    refuses(() => check(files, { now: inDays(31) }), 'cert-expired', /CN=long/);
    refuses(() => check(files, { now: inDays(-1) }), 'cert-not-yet-valid', /CN=long/);
  });

  it('is refused when it is not for every domain, and says for which it is', () => {
    const files = withIssuers('partial', leaf, intermediate.cert);
    const more = ['example.com', 'ws.example.com', 'other.test'];
    refuses(
      () => check(files, { domains: more }),
      'names-missing',
      /not for ws\.example\.com, other\.test, but for example\.com/,
    );
  });

  it('is refused when it has a common name only, as clients do', () => {
    refuses(() => check(make(folder, 'example.com')), 'names-missing', /but for no name at all/);
  });

  it('is refused when it is meant for clients', () => {
    const client = make(folder, 'client', {
      names: 'DNS:example.com',
      extensions: ['extendedKeyUsage=clientAuth'],
    });
    refuses(() => check(client), 'cert-purpose', /serverAuth/);
    const both = make(folder, 'both', {
      names: 'DNS:example.com',
      extensions: ['extendedKeyUsage=clientAuth,serverAuth'],
    });
    check(both);
  });

  it('is refused when its key is too short for OpenSSL', () => {
    const weak = make(folder, 'weak', { names: 'DNS:example.com', key: ['rsa:1024'] });
    refuses(() => check(weak), 'pair-weak', /too small/);
  });

  it('covers names as clients see it: a wildcard stands for one label', () => {
    const names = 'DNS:example.com,DNS:*.example.com,DNS:f*.test,IP:192.0.2.7,IP:2001:db8::1';
    const [certificate] = readChain(make(folder, 'names', { names }).cert);
    const covered = ['example.com', 'WS.example.com', '*.example.com', '192.0.2.7', '2001:db8::1'];
    assert.deepEqual(uncoveredNames(certificate, covered), []);
    const not = ['a.b.example.com', '*.b.example.com', '*.com', 'foo.test', 'xexample.com', '192.0.2.8'];
    assert.deepEqual(uncoveredNames(certificate, not), not);
  });
});
