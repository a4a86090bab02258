import { describe, expect, it } from 'vitest';
import { createLogger, withLogContext, withoutSecrets } from './logging.ts';

function setup() {
  const lines: string[] = [];
  const log = createLogger({ level: 'debug', destination: { write: (line: string) => void lines.push(line) } });
  return { log, text: () => lines.join(''), last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> };
}

const SECRET = 'correct-horse-battery';

describe('a log line', () => {
  it.each([
    'authorization',
    'cookie',
    'password',
    'token',
    'accessToken',
    'sessionSecret',
    'privateKey',
    'key',
    'source',
  ])('never holds the value of a field named %s, however deep it stands', (name) => {
    const { log, text } = setup();
    log.info({ [name]: SECRET }, 'top');
    log.info({ req: { [name]: SECRET } }, 'one level');
    log.info({ req: { headers: { [name]: SECRET } } }, 'two levels');
    log.info({ a: { b: { c: { [name]: SECRET } } } }, 'three levels');
    expect(text()).toContain('[redacted]');
    expect(text()).not.toContain(SECRET);
  });

  it('never holds a secret that an error quotes', () => {
    const { log, text } = setup();
    const cause = new Error(`connect postgres://rsm:${SECRET}@db/rsm failed`);
    log.error({ err: new Error(`Authorization: Bearer ${SECRET}`, { cause }) }, 'failed');
    log.error({ err: `smtp://mail:${SECRET}@mail:25 refused` }, 'failed');
    expect(text()).toContain('postgres://rsm:[redacted]@db/rsm');
    expect(text()).not.toContain(SECRET);
  });

  it('keeps what is no secret', () => {
    const { log, last } = setup();
    log.warn({ machineId: 'm1', ms: 12 }, 'slow');
    expect(last()).toMatchObject({ level: 'warn', machineId: 'm1', ms: 12, msg: 'slow' });
    expect(last()['time']).toMatch(/^\d{4}-\d\d-\d\dT/);
  });

  it('carries the context of its request or job, also after waiting', async () => {
    const { log, last } = setup();
    await withLogContext({ requestId: 'r1' }, async () => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      log.info('inside');
    });
    expect(last()).toMatchObject({ requestId: 'r1' });
    log.info('outside');
    expect(last()).not.toHaveProperty('requestId');
  });
});

describe('withoutSecrets', () => {
  it.each([
    ['postgres://user:pass@host/db', 'postgres://user:[redacted]@host/db'],
    ['postgres://host/db', 'postgres://host/db'],
    ['at file:///srv/app/main.ts:12:5', 'at file:///srv/app/main.ts:12:5'],
    ['jwt eyJhbGciOiJFZERTQSJ9.eyJzdWIiOiIxIn0.c2ln', 'jwt [redacted token]'],
    ['Stripe sk_live_51AbC refused whsec_x9Y', 'Stripe [redacted key] refused [redacted key]'],
    ['intent pi_3Ab_secret_Zz9', 'intent [redacted key]'],
    ['-----BEGIN PRIVATE KEY-----\nMC4C\n-----END PRIVATE KEY-----', '[redacted key]'],
    ['-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl (cut', '[redacted key]'],
  ])('%s', (text, clean) => {
    expect(withoutSecrets(text)).toBe(clean);
  });
});
