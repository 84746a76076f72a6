// The library reads type metadata as it loads, so the polyfill has to come first, whoever imports it.
import 'reflect-metadata';

export * from '@peculiar/x509';
