import { existsSync, readFileSync } from 'node:fs';

/** The JSON in a file, or nothing when a program that should have written it did not. */
export function readJson<Shape>(path: string): Shape | undefined {
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Shape) : undefined;
}
