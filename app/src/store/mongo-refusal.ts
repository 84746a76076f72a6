import { BSON, type MongoBulkWriteError, MongoInvalidArgumentError, MongoServerError } from 'mongodb';
import { HermesError, messageOf } from '../errors.js';

/** A document that MongoDB has refused for good: its place in the batch, and why. */
export type WriteFault = { readonly index: number; readonly reason: string };

const duplicateKey = 11_000;

/**
 * Codes with which MongoDB refuses a document for what it is (src/mongo/base/error_codes.yml). Any other may pass: a
 * full disk, a lost right or a change of primary must not turn messages into dead letters.
 */
const refusals: ReadonlySet<unknown> = new Set([
  2, // BadValue
  9, // FailedToParse
  15, // Overflow: nested deeper than 180 levels
  22, // InvalidBSON
  52, // DollarPrefixedFieldName
  56, // EmptyFieldName
  57, // DottedFieldName
  121, // DocumentValidationFailure: a schema that the operator has set
  10_334, // BSONObjectTooLarge
  17_280, // KeyTooLong
  17_419, // a document that an update would make too large
  17_420, // the same, as the server's older path tells it
]);

/** Whether a write failed for what was to be written; trying again would change nothing. */
export function isRefusal(error: unknown): boolean {
  // The driver itself refuses what BSON cannot say, and what is too large for it, or only for its buffer.
  if (BSON.BSONError.isBSONError(error) || error instanceof MongoInvalidArgumentError) return true;
  if (error instanceof RangeError || error instanceof TypeError) return true;
  return error instanceof MongoServerError && refusals.has(error.code);
}

/**
 * The documents that an unordered write has not got in for good; one that is there already is no fault.
 * @param count documents that were to be written
 * @throws HermesError `store-unavailable` when some of it may be tried again
 */
export function refusedOf(error: MongoBulkWriteError, count: number): WriteFault[] {
  const outcomes = [error.writeErrors].flat();
  const faults = outcomes.filter(({ code }) => code !== duplicateKey);
  // A connection that ends half-way is told as an error of the write too: then some documents have no outcome.
  const complete = error.insertedCount + outcomes.length === count && !error.result.getWriteConcernError();
  if (!complete || faults.some(({ code }) => !refusals.has(code))) throw unavailable(error);
  return faults.map(({ index, errmsg }) => ({ index, reason: errmsg ?? 'refused by MongoDB' }));
}

export function unavailable(error: unknown): HermesError {
  return new HermesError('store-unavailable', `MongoDB is away: ${messageOf(error)}`, 'try again later');
}
