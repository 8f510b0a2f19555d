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
    // By class: Sequel, psycopg_pool, R2DBC, Ruby's connection_pool; a pool of HTTP connections is not meant
    row(
      'pool-empty',
      ['pooltimeout', 'poolacquiretimeout'],
      /(?<exception>\b(?<!httpx\.|httpcore\.)Pool(?:Acquire)?Timeout(?:Error|Exception)?)\b/,
    ),
    row('pool-empty', ', 0/', /Waited (?<waited>[\d.]{1,12} sec), 0\/(?<size>\d{1,6}) available/),
    // c3p0, Tomcat, Agroal, Vert.x
    row('pool-empty', 'checkout a connection', /attempt by a client to checkout a Connection has timed out/i),
    row(
      'pool-empty',
      'pool empty',
      /Pool empty\. Unable to fetch a connection in (?<waited>\d{1,6} seconds)(?:, none available\[size:(?<size>\d{1,6}))?/i,
    ),
    row('pool-empty', 'acquisition timeout', /Acquisition timeout while waiting for new connection/i),
    row('pool-empty', 'max wait queue size', /Connection pool reached max wait queue size(?: of (?<limit>\d{1,9}))?/i),
    // deadpool, bb8, r2d2; MongoDB; mysql2; PgBouncer
    row('pool-empty', 'waiting for a slot', /Timeout occurred while waiting for a slot to become available/i),
    row('pool-empty', 'timed out in bb8', /Timed out in bb8/i),
    row('pool-empty', 'timed out waiting for connection', /^(?:.{0,160}[:( ])?timed out waiting for connection(?::|$)/i),
    row('pool-empty', 'checking out a connection', /Timed out while checking out a connection from connection pool/i),
    row('pool-empty', 'no connections available', /\bNo connections available\.$/),
    row('pool-empty', 'query_wait_timeout', /(?<reason>query_wait_timeout)\b/),
    row(
      'request-timeout',
      'rack::timeout',
      /(?<exception>Rack::Timeout::Request(?:Timeout(?:Exception|Error)|ExpiryError)).{0,4}\(?(?<reason>[^()]{0,120})/,
    ),
    row('request-timeout', 'worker timeout', /\[CRITICAL\] WORKER TIMEOUT \(pid:(?<pid>\d+)\)/),
    row('request-timeout', 'maximum execution time', /Maximum execution time of (?<limit>\d+ seconds?) exceeded/),
  ],
};
