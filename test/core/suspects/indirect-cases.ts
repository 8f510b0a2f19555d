import { type Case, commit, error, log, metric, noise, ONSET } from './cases.ts';

/** Symptoms that never name the setting: metrics, and logs of services further down. */
export const indirectCases: readonly Case[] = [
  {
    what: 'CPU of the edge: a rule with a hungry pattern',
    onset: ONSET,
    guilty: 'waf',
    findings: [metric('edge_cpu_utilization', 'edge'), metric('http_502_rate', 'edge')],
    commits: [
      ...noise,
      commit('waf', 14, 'New rule against injection', [
        'edge/rules/managed.lua',
        '+  pattern = [[(?:(?:"|\\d|.*)+=.*)]],\n+  while true do if match(body, pattern) then break end end',
      ]),
      commit('edgelog', 5, 'Edge logs its region', ['edge/log.lua', '+  log.info("region", region)']),
      commit('purge', 22, 'Purge by tag', ['purge/api.go', '+  return purgeByTag(tag)']),
    ],
  },
  {
    what: 'hit ratio fell: another cache key',
    onset: ONSET,
    guilty: 'cachekey',
    findings: [metric('cache_hit_ratio', 'catalog'), metric('p99_latency_ms', 'catalog'), metric('origin_requests', 'catalog')],
    commits: [
      ...noise,
      commit('cachekey', 60, 'Personal greetings', [
        'catalog/cache.py',
        '-def cache_key(product):\n-    return f"product:{product.id}"\n+def cache_key(product, request_id):\n+    return f"product:{product.id}:{request_id}"',
      ]),
      commit('catalogimg', 8, 'Lazy images', ['catalog/templates/item.html', '-<img src="x">\n+<img src="x" loading="lazy">']),
    ],
  },
  {
    what: 'queue grows: the worker acknowledges late',
    onset: ONSET,
    guilty: 'prefetch',
    findings: [metric('queue_depth', 'notifications'), log('consumer ack timeout, message redelivered', 'notifications')],
    commits: [
      ...noise,
      commit('prefetch', 45, 'Fair dispatch', [
        'notifications/worker.py',
        '-channel.basic_qos(prefetch_count=50)\n+channel.basic_qos(prefetch_count=1)',
      ]),
      commit('mailtext', 6, 'Mail says hello', ['notifications/templates.py', '-GREETING = "Hi"\n+GREETING = "Hello"']),
    ],
  },
  {
    what: 'garbage collection: heap made smaller in the start script',
    onset: ONSET,
    guilty: 'heap',
    findings: [metric('jvm_gc_pause_seconds', 'pricing'), metric('p95_response_time', 'pricing')],
    commits: [
      ...noise,
      commit('heap', 200, 'Fit the new nodes', [
        'pricing/k8s/deployment.yaml',
        '           - name: JAVA_OPTS\n-            value: "-Xmx4g -Xms4g"\n+            value: "-Xmx512m -Xms512m"',
      ]),
      commit('pricefmt', 9, 'Format prices', [
        'pricing/src/main/java/Format.java',
        '-  return String.valueOf(p);\n+  return nf.format(p);',
      ]),
    ],
  },
  {
    what: 'threads pile up: a call became synchronous',
    onset: ONSET,
    guilty: 'sync',
    findings: [metric('tomcat_threads_busy', 'booking'), log('Thread pool is exhausted, request rejected', 'booking')],
    commits: [
      ...noise,
      commit('sync', 70, 'Confirm before answering', [
        'booking/src/main/java/Booking.java',
        '-    mailer.sendAsync(confirmation);\n+    mailer.send(confirmation).get();\n+    Thread.sleep(500);',
      ]),
      commit('bookdto', 10, 'Field for the note', ['booking/src/main/java/BookingDto.java', '+  private String note;']),
    ],
  },
  {
    what: 'a parameter left out: the callee refuses',
    onset: ONSET,
    guilty: 'param',
    findings: [
      log('rpc error: code = InvalidArgument desc = currency_code must not be empty', 'currency'),
      error('InvalidArgument: currency_code must not be empty', { transaction: 'GET /cart' }),
    ],
    commits: [
      ...noise,
      commit('param', 40, 'Shorter request', [
        'frontend/rpc.go',
        '-  return client.Convert(ctx, &pb.Request{From: money, ToCode: currency_code})\n+  return client.Convert(ctx, &pb.Request{From: money})',
      ]),
      commit('adtext', 7, 'Ads in the footer', ['frontend/footer.go', '+  ads := chooseAds(ctx)']),
    ],
  },
  {
    what: 'a wrong value returned far up the stack',
    onset: ONSET,
    guilty: 'retval',
    findings: [
      error('java.lang.IllegalStateException: seat class 7 does not exist', {
        frames: [
          { file: 'ts-seat-service/src/main/java/seat/service/SeatServiceImpl.java', line: 88, function: 'distributeSeat', inApp: true },
          { file: 'ts-seat-service/src/main/java/seat/controller/SeatController.java', line: 41, function: 'create', inApp: true },
        ],
      }),
    ],
    commits: [
      ...noise,
      commit('retval', 33, 'Cleanup of seats', [
        'ts-seat-service/src/main/java/seat/service/SeatServiceImpl.java',
        '-        return seatClass;\n+        return seatClass + 5;',
        80,
      ]),
      commit('train', 12, 'Trains by speed', [
        'ts-train-service/src/main/java/train/TrainServiceImpl.java',
        '-        return trains;\n+        return sorted(trains);',
      ]),
      commit('seatapi', 5, 'Document the controller', [
        'ts-seat-service/src/main/java/seat/controller/SeatController.java',
        '+    /** creates */\n+    // create a seat',
        40,
      ]),
    ],
  },
  {
    what: 'latency everywhere, and only dashboards changed',
    onset: ONSET,
    guilty: '',
    findings: [metric('p99_latency_ms', 'web'), metric('p99_latency_ms', 'checkout')],
    commits: [
      ...noise,
      commit('dash', 11, 'Panels for latency', ['grafana/dashboards/web.json', '-  "title": "p99"\n+  "title": "p99 latency"']),
      commit('alertrule', 25, 'Alert earlier', ['monitoring/rules.yaml', '-    expr: latency > 2\n+    expr: latency > 1']),
    ],
  },
  {
    what: 'a noisy neighbour on the host; releases as always',
    onset: ONSET,
    guilty: '',
    findings: [metric('cpu_steal', 'node-7'), metric('disk_io_wait', 'node-7')],
    commits: [
      ...noise,
      commit('node', 15, 'Node 22 in the image', ['Dockerfile', '-FROM node:20\n+FROM node:22']),
      commit('sortn', 19, 'Sort names', ['lib/names.js', '-names\n+names.sort()']),
    ],
  },
  {
    what: 'dns of the cluster fails; a manifest was edited elsewhere',
    onset: ONSET,
    guilty: '',
    findings: [
      log('lookup payments.svc.cluster.local: i/o timeout', 'checkout'),
      log('lookup users.svc.cluster.local: i/o timeout', 'profile'),
      log('lookup mail.svc.cluster.local: server misbehaving', 'notify'),
    ],
    commits: [
      ...noise,
      commit('labels', 9, 'Labels for costs', ['deploy/search/deployment.yaml', '+    cost-center: "search"']),
      commit('replica', 40, 'One more replica for docs', ['deploy/docs/deployment.yaml', '-  replicas: 1\n+  replicas: 2']),
    ],
  },
  {
    what: 'pool timeouts by row locks of a nightly batch that is not ours to revert',
    onset: ONSET,
    guilty: '',
    findings: [
      {
        kind: 'lock-wait',
        lock: 'row',
        table: 'inventory',
        waiters: 44,
        blockerStatement: 'update inventory set counted_at = now() where warehouse = ?',
        blockerUser: 'dba',
        tone: 'bad',
      },
    ],
    commits: [...noise, commit('whname', 16, 'Names of places', ['app/models/place.rb', '+  validates :name, presence: true'])],
  },
];
