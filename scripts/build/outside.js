/**
 * Packages that stay outside of the bundles: they find files beside their own, load a machine's code, or are loaded by
 * those few who have set them up.
 */
export const outside = ['lmdb', 'mongodb', 'mqtt', 'pino'];
