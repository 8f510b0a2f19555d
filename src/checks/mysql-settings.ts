import type { Setting } from '../core/part.ts';

/** The one switch of everything that asks MySQL. */
export const MYSQL_URL: Setting = {
  about:
    'The databases to look at, by commas; a read-only account, see docs/setup.md for its grants. ?ssl=on, unverified or off where it is not RDS',
  example: 'mysql://pulaski:password@db.example.com:3306/shop_production',
  switch: true,
  secret: true,
};
