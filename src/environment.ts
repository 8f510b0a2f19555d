import { existsSync } from 'node:fs';
import { loadEnvFile } from 'node:process';
import type { Env } from './core/part.ts';

/** The environment, with `.env` of the working folder beneath it. Read once, at the start. */
export function environment(): Env {
  if (existsSync('.env')) loadEnvFile('.env');
  return { ...process.env };
}
