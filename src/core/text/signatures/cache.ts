import { row, type SignatureSet } from '../signature.ts';

/** Redis and Memcached in their own words. */
export const cache: SignatureSet = {
  by: 'cache',
  signatures: [
    row('cache-refusing', 'misconf', /\b(?<message>MISCONF) Redis is configured to save RDB/i),
    row('cache-refusing', 'noauth', /\b(?<message>NOAUTH)\b/),
    row('cache-refusing', 'wrongpass', /\b(?<message>WRONGPASS)\b/),
    row('cache-refusing', 'readonly', /\b(?<message>READONLY) You can't write against a read only/i),
    row('cache-refusing', 'command not allowed when', /(?:\b(?<message>OOM) |: )command not allowed when used memory > 'maxmemory'/i),
    row('cache-refusing', 'loading redis', /\b(?<message>LOADING) Redis is loading the dataset in memory/i),
    row('cache-refusing', 'masterdown', /\b(?<message>MASTERDOWN) Link with MASTER is down/i),
    row('cache-refusing', 'clusterdown', /\b(?<message>CLUSTERDOWN) /),
    row('cache-refusing', 'max number of clients', /ERR (?<message>max number of clients reached)/i),
    row('cache-refusing', 'cannotconnecterror', /(?<exception>Redis(?:Client)?::CannotConnectError)/),
    row(
      'cache-refusing',
      'redis::',
      /(?<exception>Redis(?:Client)?::(?:TimeoutError|ConnectionError|ConnectTimeoutError|ReadTimeoutError|BaseConnectionError))/,
    ),
    row(
      'cache-refusing',
      'redis.exceptions',
      /redis\.exceptions\.(?<exception>ConnectionError|TimeoutError|BusyLoadingError|AuthenticationError|ReadOnlyError|ResponseError)/,
    ),
    row('cache-refusing', 'error connecting to', /ConnectionError: Error \d+ connecting to (?<host>[\w.-]{1,255}):(?<port>\d{1,5})/i),
    row('cache-refusing', 'redisexception', /RedisException: (?<reason>.{1,160})/i),
    row('cache-refusing', 'predis', /Predis\\+Connection\\+ConnectionException/i),
    row(
      'cache-refusing',
      'redisconnectionexception',
      /(?<exception>RedisConnection(?:Failure)?Exception|JedisConnectionException|RedisCommandTimeoutException|RedisSystemException)/,
    ),
    row('cache-refusing', 'maxretriesperrequesterror', /(?<exception>MaxRetriesPerRequestError)/),
    row('cache-refusing', 'unable to connect to redis', /Unable to connect to Redis/i),
    row('cache-refusing', 'redis connection to', /Redis connection to (?<host>[\w.-]{1,255}):(?<port>\d{1,5}) failed/i),
    row('cache-refusing', 'redis: ', /redis: connection pool timeout/i),
    row('cache-refusing', 'redix.connectionerror', /(?<exception>Redix\.ConnectionError)/),
    row(
      'cache-refusing',
      'dalli',
      /(?<exception>Dalli::(?:RingError|NetworkError|DalliError)|DalliError).{0,4}\(?(?<reason>No server available)?/i,
    ),
    row('cache-refusing', 'memcache', /(?:memcached|memcache).{0,60}(?:connection refused|marked as failed|is down)/i),
  ],
};
