/** An error as the server would send it. */
export class MysqlRefusal extends Error {
  override name = 'MysqlRefusal';
  readonly errno: number;
  readonly sqlState: string;
  constructor(errno: number, sqlState: string, message: string) {
    super(message);
    this.errno = errno;
    this.sqlState = sqlState;
  }
}
