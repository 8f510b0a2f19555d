/** What the fingerprint must know about a word of SQL. Flags of one number. */
export const wordFlags = {
  /** Stands before a value, so a sign after it belongs to the literal. */
  keyword: 1,
  /** A constant: `NULL`, `TRUE`. */
  constant: 2,
  /** `VALUES`, `VALUE`: rows may follow. */
  rows: 4,
  /** Its parenthesis holds a list whose length says nothing: `IN (…)`, `FIELD(…)`. */
  list: 8,
  /** A statement does not end here: when it does, it was cut. */
  open: 16,
  /** Written without a space before its parenthesis. */
  call: 32,
  /** A constant after it is grammar: `IS NULL`, `NOT NULL`. */
  test: 64,
  /** Begins a query: a parenthesis that begins with it is no list. */
  query: 128,
  /** Ends a value, though it is a keyword: `END`, `CURRENT_DATE`. */
  operand: 256,
  /** `ROW` of `VALUES ROW(…), ROW(…)`. */
  row: 512,
} as const;

const { keyword, constant, rows, list, open, call, test, query, operand, row } = wordFlags;

const table: readonly (readonly [flags: number, words: string])[] = [
  [
    keyword,
    `add after call duplicate algorithm all alter analyze any asc begin binary both cascade change charset check collate column columns commit concurrent
    constraint create cross cube database databases deallocate declare delayed delete desc describe distinct distinctrow do drop each engine execute
    explain fields flush for force foreign full fulltext global grant high_priority if ignore index indexes infile insert inplace interval
    instant isolation key keys kill leading level load local lock low_priority maxvalue mode modify natural no nowait
    online only optimize option outfile over partition partitions prepare primary procedure process processlist purge quick range
    read recursive references release rename repair replace restrict return returning revoke rlike rollback rollup savepoint schema separator
    session share show skip some spatial sql_big_result sql_buffer_result sql_cache sql_calc_found_rows sql_no_cache sql_small_result start
    starting status straight_join table tables temporary terminated to trailing transaction trigger truncate undo unique unlock unsigned
    update use using variables view wait warnings window work write xa xor zerofill first last escape lines enclosed escaped
    optionally definer invoker security sql deterministic returns function event every schedule ends at engines master slave
    replica binlog logs events committed uncommitted repeatable serializable snapshot consistent dual against match boolean
    language extended format traditional tree nocopy copy shared exclusive`,
  ],
  [
    keyword | open,
    'and as between by else from group having inner into join left like limit offset on or order outer regexp right set then when where div mod',
  ],
  [keyword | open | query, 'select with'],
  [keyword | query, 'union except intersect'],
  [keyword | open | list, 'in'],
  [keyword | rows, 'values value'],
  [keyword | test, 'is not'],
  [constant, 'null true false default'],
  [
    operand,
    'end current_date current_time current_timestamp current_user localtime localtimestamp utc_date utc_time utc_timestamp unknown',
  ],
  [operand | row, 'row'],
  [keyword, 'case exists'],
  [
    call,
    `count sum avg min max now abs ceil ceiling floor round rand lower upper lcase ucase length char_length character_length trim ltrim rtrim
    substring substr substring_index instr locate position date time timestamp year month day hour minute second unix_timestamp
    from_unixtime date_add date_sub adddate subdate datediff timediff timestampdiff timestampadd date_format str_to_date curdate curtime
    sysdate ifnull nullif isnull cast convert group_concat json_extract json_unquote json_contains json_set json_search json_length
    json_arrayagg json_objectagg last_insert_id found_rows row_count uuid md5 sha1 sha2 hex unhex sleep benchmark get_lock release_lock
    is_free_lock find_in_set export_set inet_aton inet_ntoa bit_count bit_or bit_and std stddev variance row_number rank
    dense_rank lag lead ntile first_value last_value reverse repeat lpad rpad space ascii ord sign sqrt pow power ln log log2 log10 exp pi
    quarter week weekday dayofweek dayofyear last_day makedate connection_id database_name version user extract grouping any_value crc32`,
  ],
  [call | list, 'field elt coalesce greatest least concat concat_ws char json_array json_object make_set'],
];

/** 32-bit hash of a word, also used inline by the scan. */
export const HASH_SEED = 0x2545f491;
export const HASH_STEP = 0x01000193;

function hashOf(word: string): number {
  let h = HASH_SEED;
  for (let i = 0; i < word.length; i++) h = Math.imul(h ^ word.charCodeAt(i), HASH_STEP);
  return h;
}

/** Slots of the open-addressed table; a power of two well above twice the number of words. */
const SLOTS = 4096;

interface WordTable {
  /** Hash of the word in lower and in upper case at its slot, 0 where empty. */
  hashes: Int32Array;
  /** Index into `words` at the same slot. */
  indexes: Int16Array;
  words: readonly string[];
  flags: Int16Array;
}

function buildTable(): WordTable {
  const words: string[] = [];
  const flags: number[] = [];
  const hashes = new Int32Array(SLOTS);
  const indexes = new Int16Array(SLOTS);
  const place = (text: string, index: number): void => {
    const h = hashOf(text);
    let slot = (h ^ (h >>> 15)) & (SLOTS - 1);
    while (hashes[slot] !== 0 && hashes[slot] !== h) slot = (slot + 1) & (SLOTS - 1);
    hashes[slot] = h;
    indexes[slot] = index;
  };
  for (const [flag, text] of table) {
    for (const word of text.split(/\s+/)) {
      place(word, words.length);
      place(word.toUpperCase(), words.length);
      words.push(word);
      flags.push(flag);
    }
  }
  return { hashes, indexes, words, flags: Int16Array.from(flags) };
}

const { hashes, indexes, words, flags } = buildTable();

/** In lower case; `flagsOf` has the same index. */
export { flags as wordFlagsOf, words };

/** Index of the word with this hash (written all lower or all upper case), -1 when it is none of ours. */
export function wordIndex(h: number): number {
  let slot = (h ^ (h >>> 15)) & (SLOTS - 1);
  for (;;) {
    const at = hashes[slot] ?? 0;
    if (at === h) return indexes[slot] ?? -1;
    if (at === 0) return -1;
    slot = (slot + 1) & (SLOTS - 1);
  }
}
