import type { SignatureSet } from '../signature.ts';
import { cache } from './cache.ts';
import { codes } from './codes.ts';
import { migrating } from './migrating.ts';
import { mysql } from './mysql.ts';
import { mysqlServer } from './mysql-server.ts';
import { network } from './network.ts';
import { orchestration } from './orchestration.ts';
import { pools } from './pools.ts';
import { postgres } from './postgres.ts';
import { settings } from './settings.ts';
import { sqlite } from './sqlite.ts';
import { sqlserverOracle } from './sqlserver-oracle.ts';
import { starting } from './starting.ts';

/** In the order in which a line is asked; the first sentence of one meaning wins. */
export const signatureSets: readonly SignatureSet[] = [
  migrating,
  mysql,
  mysqlServer,
  postgres,
  sqlite,
  sqlserverOracle,
  pools,
  cache,
  settings,
  starting,
  network,
  orchestration,
  codes,
];
