/** @module-tag deep */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { useBetterAuthTestBed } from './testing/better-auth-test-bed.ts';

const FLOW = fileURLToPath(new URL('./testing/plain-node-flow.ts', import.meta.url));
const FLOW_MS_MAX = 25_000;
const { url } = useBetterAuthTestBed();

describe('better-auth adapter under plain Node in production', () => {
  // Under Vitest, better-auth knows that it is tested and leaves out checks and telemetry.
  it('works with mails in a folder and speaks to nobody but Postgres', async () => {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, [FLOW, url()], {
      timeout: FLOW_MS_MAX,
      env: { PATH: process.env['PATH'], NODE_ENV: 'production', BETTER_AUTH_TELEMETRY: '1' },
    });
    const { host, port, searchParams } = new URL(url());
    const socket = searchParams.get('host');
    expect({ ...(JSON.parse(stdout) as object), stderr }).toEqual({
      steps: [
        'confirmation_required',
        'forbidden',
        'urn:rsm:identity true',
        'session_expired',
        'invalid_credentials',
        'invalid_credentials',
      ],
      connections: [socket === null ? host : `${socket}/.s.PGSQL.${port}`],
      problems: [],
      watchWorks: true,
      stderr: '',
    });
  });
});
