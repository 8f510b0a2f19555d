import { row, type SignatureSet } from '../signature.ts';

/** Connection pools of the frameworks, and request time limits. */
export const pools: SignatureSet = {
  by: 'pool',
  signatures: [
    row('pool-empty', 'pool timed out', /pool timed out while waiting for an open connection/i),
    row(
      'pool-empty',
      'failed to retrieve a connection from pool',
      /pool timeout: failed to retrieve a connection from pool after (?<waited>\d{1,9} ?ms)/i,
    ),
    row('pool-empty', 'the connection pool has been exhausted', /The connection pool has been exhausted/i),
    row(
      'pool-empty',
      'could not obtain a connection from the pool',
      /could not obtain a connection from the pool within (?<limit>[\d.]+ seconds) \((?<waited>waited [\d.]+ seconds)\)/i,
    ),
    row(
      'pool-empty',
      'connection is not available',
      /(?<pool>[\w-]{1,60}) - Connection is not available, request timed out after (?<waited>\d+ms)/i,
    ),
    row(
      'pool-empty',
      'queuepool limit',
      /QueuePool limit of size (?<size>\d+) overflow (?<overflow>\d+) reached, connection timed out, timeout (?<waited>[\d.]+)/i,
    ),
    row('pool-empty', 'timeout acquiring a connection', /Timeout acquiring a connection\. The pool is probably full/i),
    row(
      'pool-empty',
      'connectionacquiretimeouterror',
      /(?<exception>SequelizeConnectionAcquireTimeoutError|ConnectionAcquireTimeoutError)/,
    ),
    row('pool-empty', 'timed out fetching a new connection', /Timed out fetching a new connection from the connection pool/i, {
      code: 'P2024',
    }),
    row('pool-empty', 'dropped from queue', /connection not available and request was dropped from queue after (?<waited>\d+ms)/i),
    row('pool-empty', 'timeout exceeded when trying to connect', /timeout exceeded when trying to connect/i),
    row('pool-empty', 'resourcerequest timed out', /ResourceRequest timed out/i),
    row('pool-empty', 'cannot get a connection', /Cannot get a connection, pool error Timeout waiting for idle object/i),
    row(
      'pool-empty',
      ['max pool size was reached', 'prior to obtaining a connection from the pool'],
      /(?:max pool size was reached|Timeout expired\. +The timeout period elapsed prior to obtaining a connection from the pool)/i,
    ),
    row('pool-empty', ['connection pool is full', 'connection pool exhausted'], /connection pool (?:is full|exhausted)/i),
    row('pool-empty', "couldn't get a connection after", /couldn't get a connection after (?<waited>[\d.]+ sec)/i),
    row(
      'request-timeout',
      'rack::timeout',
      /(?<exception>Rack::Timeout::Request(?:Timeout(?:Exception|Error)|ExpiryError)).{0,4}\(?(?<reason>[^()]{0,120})/,
    ),
    row('request-timeout', 'worker timeout', /\[CRITICAL\] WORKER TIMEOUT \(pid:(?<pid>\d+)\)/),
    row('request-timeout', 'maximum execution time', /Maximum execution time of (?<limit>\d+ seconds?) exceeded/),
  ],
};
