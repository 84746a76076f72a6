import { type Db, MongoClient, MongoError } from 'mongodb';
import { HermesError, messageOf } from '../../../app/src/errors.js';
import type { Settings } from '../../../app/src/settings/table.js';
import { databaseOf } from '../../../app/src/store/mongo-database.js';
import { backendsOf } from '../stack/backends.js';

/**
 * Does something with the database that holds the history.
 * @throws HermesError `backend-unreachable`, `mongodb-failed`
 */
export async function withDatabase<T>(settings: Settings, action: (database: Db) => Promise<T>): Promise<T> {
  const { MONGO_URI: uri = '', MONGO_DB } = settings;
  await backendsOf(settings).MongoDB?.();
  const client = new MongoClient(uri, {
    serverSelectionTimeoutMS: 10_000,
    appName: 'monitor-hermes-backup',
    writeConcern: { w: 'majority' },
  });
  try {
    return await action(client.db(databaseOf(uri, MONGO_DB)));
  } catch (error) {
    throw error instanceof MongoError ? failed(error) : error;
  } finally {
    await client.close();
  }
}

function failed(cause: MongoError): HermesError {
  const hint = 'see that it runs, has room, and grants the user of MONGO_URI the role readWrite';
  return new HermesError('mongodb-failed', `MongoDB: ${messageOf(cause)}`, hint, { cause });
}
