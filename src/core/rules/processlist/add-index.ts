import type { Remedy } from '../../diagnosis.ts';
import type { QueryGroup, Table } from '../../evidence.ts';
import { shellQuoted, shellWord } from '../../paste.ts';
import { remedy } from '../write.ts';

/** Beyond these the build runs for so long that the tools which copy in the background are the safer way. */
const LARGE_ROWS = 20_000_000;
const LARGE_BYTES = 20 * 1024 ** 3;
/** KILL lines shown; the kill-queries action has them all. */
const KILLS = 3;

interface Wanted {
  table: string | undefined;
  columns: readonly string[];
  known: Table | undefined;
  group: QueryGroup;
  /** The statement that adds an index to this table already. */
  running: QueryGroup | undefined;
}

const quoted = (name: string): string => `\`${name.replaceAll('`', '``')}\``;

/** As Rails names it; MySQL allows 64 characters. */
export function indexName(table: string, columns: readonly string[]): string {
  const name = `index_${table}_on_${columns.join('_and_')}`;
  return name.length <= 64 ? name : name.slice(0, 64);
}

const HAZARDS = [
  'under full load it takes minutes instead of seconds, and first looks like a metadata-lock pile-up: shed load before',
  'it waits for every statement and transaction on the table to end: lock_wait_timeout keeps it from queueing everybody',
  'replicas run it again, one after the other: they fall behind meanwhile',
];

export function addIndex({ table, columns, known, group, running }: Wanted): Remedy {
  const kills = (group.threadIds ?? []).slice(0, KILLS).map((id) => `KILL QUERY ${id};`);
  if (running !== undefined) {
    return remedy('kill-queries', 'the index is being added already; with less load on the table it finishes', {
      commands: kills.length > 0 ? kills : ['SHOW FULL PROCESSLIST;'],
      hazards: [
        `do not end the statement that adds the index${running.sampleId === undefined ? '' : ` (thread ${running.sampleId})`}`,
        'clients may send the ended statements again at once',
      ],
      safety: 'needs-care',
    });
  }
  if (table === undefined || columns.length === 0) {
    return remedy('look-closer', 'the statement was cut or is not understood: its plan names the table', {
      commands: group.fingerprint.includes(';') ? ['SHOW FULL PROCESSLIST;'] : [`EXPLAIN FORMAT=TRADITIONAL ${group.fingerprint};`],
      hazards: ['put real values in the place of ?'],
      safety: 'safe',
    });
  }
  const index = quoted(indexName(table, columns));
  const list = columns.map(quoted).join(', ');
  const add = `ADD INDEX ${index} (${list})`;
  const large = (known?.rows ?? 0) >= LARGE_ROWS || (known?.bytes ?? 0) >= LARGE_BYTES;
  const database = known?.db ?? group.db ?? 'DATABASE';
  const online = [
    `gh-ost --database=${shellWord(database, '<database>')} --table=${shellWord(table, '<table>')} --alter=${shellQuoted(add)} --max-load=Threads_running=50 --execute`,
    `pt-online-schema-change --alter ${shellQuoted(add)} --max-load Threads_running=50 --execute ${shellQuoted(`D=${database},t=${table}`)}`,
  ];
  const inPlace = ['SET SESSION lock_wait_timeout = 5;', `ALTER TABLE ${quoted(table)} ${add}, ALGORITHM=INPLACE, LOCK=NONE;`];
  return remedy('add-index', large ? 'the table is large: build the index beside the load' : 'with the index each call reads a few rows', {
    commands: large ? [...online, ...inPlace] : inPlace,
    hazards: HAZARDS,
    safety: 'needs-care',
  });
}
