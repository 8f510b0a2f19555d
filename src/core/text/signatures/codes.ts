import type { Meaning } from '../reading.ts';
import { row, type SignatureSet } from '../signature.ts';

/** SQLSTATEs: what is left where a wrapper keeps the code alone, or the server speaks another language. */
const states: readonly (readonly [Meaning, string])[] = [
  ['duplicate-entry', '23505'],
  ['orphan-row', '23503'],
  ['bad-data', '23502'],
  ['bad-data', '23514'],
  ['bad-data', '22001'],
  ['bad-data', '22P02'],
  ['out-of-range', '22003'],
  ['no-table', '42P01'],
  ['no-table', '42S02'],
  ['no-column', '42703'],
  ['no-column', '42S22'],
  ['object-exists', '42P07'],
  ['object-exists', '42701'],
  ['object-exists', '42710'],
  ['object-exists', '42S01'],
  ['object-exists', '42S21'],
  ['sql-syntax', '42601'],
  ['deadlock', '40P01'],
  ['lock-wait', '55P03'],
  ['slow-query', '57014'],
  ['too-many-connections', '53300'],
  ['disk-full', '53100'],
  ['no-memory', '53200'],
  ['access-denied', '28P01'],
  ['access-denied', '28000'],
  ['no-database', '3D000'],
  ['privilege-denied', '42501'],
  ['read-only', '25006'],
  ['connection-lost', '57P01'],
  ['refused', '57P03'],
  ['connection-lost', '08006'],
  ['connection-lost', '08003'],
  ['connection-lost', '08S01'],
  ['refused', '08001'],
];

/** Numbers of MySQL's and MariaDB's own errors. */
const numbers: readonly (readonly [Meaning, string])[] = [
  ['duplicate-entry', '1062'],
  ['orphan-row', '1452'],
  ['bad-data', '1048'],
  ['bad-data', '1406'],
  ['out-of-range', '1264'],
  ['no-table', '1146'],
  ['no-column', '1054'],
  ['object-exists', '1050'],
  ['object-exists', '1060'],
  ['object-exists', '1061'],
  ['cannot-drop', '1091'],
  ['sql-syntax', '1064'],
  ['ddl-unsupported', '4161'],
  ['deadlock', '1213'],
  ['lock-wait', '1205'],
  ['too-many-connections', '1040'],
  ['too-many-connections', '1203'],
  ['access-denied', '1045'],
  ['no-database', '1049'],
  ['privilege-denied', '1142'],
  ['read-only', '1290'],
  ['disk-full', '1114'],
  ['connection-lost', '2006'],
  ['connection-lost', '2013'],
  ['refused', '2002'],
  ['refused', '2003'],
];

/** Asked last: a sentence that is understood says more than its code. A bare number is not a code: the words around it make it one. */
export const codes: SignatureSet = {
  by: 'code',
  signatures: [
    ...states.map(([meaning, code]) =>
      row(
        meaning,
        code.toLowerCase(),
        new RegExp(
          String.raw`\bSQL ?STATE\W{1,4}${code}\b|Exception \(0x80004005\): ${code}: |\bERROR ${code} \(|^\s+"?code"?: ['"]${code}['"]`,
          'i',
        ),
        { code },
      ),
    ),
    ...numbers.map(([meaning, code]) =>
      row(
        meaning,
        code,
        new RegExp(String.raw`\bERROR:? ${code}(?: \(\w{5}\))?: |\bSQL Error(?: \[|: )${code}\b|\berrno:? ${code}\b`, 'i'),
        { code },
      ),
    ),
  ],
};
