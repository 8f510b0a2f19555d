import { describe, expect, test } from 'vitest';
import { originOf } from '../../../src/core/suspects/origin.ts';

describe('trouble from outside', () => {
  test.each([
    ["OSError: [Errno 28] No space left on device: '/srv/media/a.pdf'", ['disk']],
    ['DataError: (1264, "Out of range value for column \'entry_id\' at row 1")', []],
    ['2147501882 is out of range for ActiveModel::Type::Integer with limit 4 bytes', []],
    ["READONLY You can't write against a read only replica.", ['network']],
    ['Mysql2::Error::TimeoutError: Lock wait timeout exceeded; try restarting transaction', ['concurrency', 'database']],
  ])('%s leaves only what can bring it', (text, families) => {
    expect([...(originOf(text) ?? ['ours'])]).toEqual(families);
  });

  test.each([
    'getaddrinfo EAI_AGAIN smtp.postbridge.example',
    'cURL error 60: SSL certificate problem: certificate has expired',
    'Response code 429 (Too Many Requests): daily quota exceeded',
    'JsonWebTokenError: invalid signature',
    'I/O error on POST request: Read timed out',
    'FATAL 53300 (too_many_connections) remaining connection slots are reserved',
    'search_phase_execution_exception: all shards failed',
    "OOM command not allowed when used memory > 'maxmemory'.",
    'User: assumed-role/uploads is not authorized to perform: s3:PutObject',
  ])('%s is not the work of the file that waited', (text) => {
    expect(originOf(text)).toBeDefined();
  });

  test.each([
    "NoMethodError: undefined method `street' for nil",
    'Index was out of range. Must be non-negative and less than the size of the collection.',
    '[CRITICAL] WORKER TIMEOUT (pid:71)',
    "KeyError: 'shipping_options'",
    'Faraday::ConnectionFailed: wrong number of arguments in Faraday::RackBuilder',
    'AccessDeniedException: Only members may read this.',
  ])('%s is our own', (text) => {
    expect(originOf(text)).toBeUndefined();
  });
});
