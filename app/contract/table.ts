import type { Row } from './row.js';
import { addressRows } from './rows/addresses.js';
import { carrierRows } from './rows/carriers.js';
import { certificateRows } from './rows/certificate.js';
import { channelRows } from './rows/channels.js';
import { flowRows } from './rows/flow.js';
import { frameRows } from './rows/frames.js';
import { httpRows } from './rows/http.js';
import { limitRows } from './rows/limits.js';
import { lifeRows } from './rows/lives.js';
import { operationRows } from './rows/operation.js';
import { refusalRows } from './rows/refusals.js';
import { replicaRows } from './rows/replicas.js';
import { restartRows } from './rows/restart.js';
import { secrecyRows } from './rows/secrecy.js';
import { trustRows } from './rows/trust.js';

/** The contract: a row that is added here is demanded of every way of serving. */
export const rows: readonly Row[] = [
  ...channelRows,
  ...carrierRows,
  ...refusalRows,
  ...frameRows,
  ...lifeRows,
  ...flowRows,
  ...limitRows,
  ...addressRows,
  ...httpRows,
  ...trustRows,
  ...certificateRows,
  ...restartRows,
  ...replicaRows,
  ...operationRows,
  ...secrecyRows,
];
