import { describe, expect, it } from 'vitest';
import { DomainError } from '@rsm/domain/common/domain-error';
import type { LoggedError } from '../context.ts';
import { actorWith, fakeContext, servicesThat } from '../testing/fake-services.ts';
import { sampleIds } from '../testing/procedure-matrix.ts';
import { searchOf, send } from '../testing/wire.ts';
import { MASKED_MESSAGE, MASKED_REMEDY } from './client-error.ts';

function failing(error: unknown) {
  const logged: LoggedError[] = [];
  const services = servicesThat(() => {
    throw error;
  });
  const ctx = fakeContext({ services, actor: actorWith('provider', 'admin'), logError: (entry) => logged.push(entry) });
  return { ctx, logged };
}

/** The error on the wire, out of superjson's envelope. */
async function errorOf(response: Response): Promise<unknown> {
  const body = (await response.json()) as { error: { json: unknown } };
  return body.error.json;
}

const wallet = { path: 'payments.wallet' };

describe('an error on the wire', () => {
  it('of the domain carries code, field and remedy', async () => {
    const { ctx, logged } = failing(
      new DomainError('window_taken', 'Somebody has this machine then.', {
        field: 'start',
        remedy: 'Choose another time.',
      }),
    );
    const response = await send(ctx, wallet);
    expect(response.status).toBe(409);
    expect(await errorOf(response)).toEqual({
      message: 'Somebody has this machine then.',
      code: -32009,
      data: {
        code: 'window_taken',
        httpStatus: 409,
        path: 'payments.wallet',
        field: 'start',
        remedy: 'Choose another time.',
        logId: null,
        fieldErrors: [{ path: 'start', message: 'Somebody has this machine then.' }],
      },
    });
    expect(logged).toEqual([]);
  });

  it('that nobody foresaw is a fixed text with the id under which all of it is logged, once', async () => {
    const cause = new Error('connect ECONNREFUSED 10.0.0.5:5432 password=hunter2');
    const { ctx, logged } = failing(cause);
    const response = await send(ctx, wallet);
    const text = await response.clone().text();
    expect(response.status).toBe(500);
    expect(text).not.toMatch(/ECONNREFUSED|hunter2|stack|\.ts/);
    expect(await errorOf(response)).toMatchObject({
      message: MASKED_MESSAGE,
      data: { code: 'internal', remedy: MASKED_REMEDY, logId: 'request-1', field: null, fieldErrors: [] },
    });
    expect(logged).toEqual([{ logId: 'request-1', path: 'payments.wallet', error: cause }]);
  });

  it('of a wrong answer (output schema) is masked too', async () => {
    const logged: LoggedError[] = [];
    const ctx = fakeContext({
      services: servicesThat(() => ({ available: 'secret', held: 'secret', currency: 'EUR' })),
      actor: actorWith(),
      logError: (entry) => logged.push(entry),
    });
    const response = await send(ctx, wallet);
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain('secret');
    expect(logged).toHaveLength(1);
  });

  it('of an input names each wrong field in plain words', async () => {
    const { ctx } = failing(new Error('not reached'));
    const body = {
      id: sampleIds.machineId,
      kind: 'holiday',
      range: { start: '2030-05-01T12:00:00Z', end: '2030-05-01T10:00:00Z' },
      colour: 'red',
    };
    const response = await send(ctx, {
      path: 'machines.blockTime',
      method: 'POST',
      body: JSON.stringify({ json: body }),
    });
    expect(response.status).toBe(400);
    expect(await errorOf(response)).toMatchObject({
      message: 'kind: Must be own_use, maintenance or rented_elsewhere.',
      data: {
        code: 'invalid_input',
        field: 'kind',
        fieldErrors: [
          { path: 'kind', message: 'Must be own_use, maintenance or rented_elsewhere.' },
          { path: 'range.end', message: 'The end must lie after the start. Move the end later or the start earlier.' },
          { path: '', message: 'Has unknown fields: colour. Leave them out.' },
        ],
      },
    });
  });

  it.each([
    { path: 'nobody.home', status: 404, code: 'not_found' },
    { path: 'payments.topUp', status: 405, code: 'invalid_input' },
    { path: 'payments.topUp', method: 'POST', body: '{"json": {', status: 400, code: 'invalid_input' },
    { path: 'payments.topUp', method: 'POST', body: '[1, 2]', status: 400, code: 'invalid_input' },
    { path: 'bookings.get', search: '?input={', status: 400, code: 'invalid_input' },
    {
      path: 'bookings.get',
      search: '?input=%7B%22json%22%3A1%2C%22meta%22%3A%7B%22values%22%3A%5B%5B%22class%22%2C%22Secret%22%5D%5D%7D%7D',
      status: 400,
      code: 'invalid_input',
    },
  ] as const)('of the request itself has a fixed text: $path $body$search', async ({ status, code, ...request }) => {
    const { ctx } = failing(new Error('not reached'));
    const response = await send(ctx, request);
    const text = await response.clone().text();
    expect(response.status).toBe(status);
    expect(text).not.toMatch(/stack|SyntaxError|Unexpected|position/);
    expect(await errorOf(response)).toMatchObject({ data: { code, logId: null } });
  });
});

describe('an error of a subscription', () => {
  const feed = { path: 'events.feed', search: searchOf({ lastEventId: '7' }) };

  it('of the domain arrives in a frame with its code', async () => {
    const { ctx } = failing(new DomainError('user_suspended', 'This account is suspended.'));
    const text = await (await send(ctx, feed)).text();
    expect(text).toContain('event: serialized-error');
    expect(text).toContain('"code":"user_suspended"');
  });

  it('that nobody foresaw is masked and has no 5xx code, because the client would reconnect for ever', async () => {
    const services = servicesThat(async function* () {
      yield { kind: 'reset', seq: 8 };
      throw new Error('secret');
    });
    const logged: LoggedError[] = [];
    const ctx = fakeContext({ services, actor: actorWith(), logError: (entry) => logged.push(entry) });
    const text = await (await send(ctx, feed)).text();
    expect(text).toContain('id: 8');
    expect(text).toContain('event: serialized-error');
    expect(text).toContain('"code":"internal"');
    expect(text).toContain('"code":-32012');
    expect(text).not.toMatch(/secret|-32603/);
    expect(logged).toEqual([{ logId: 'request-1', path: 'events.feed', error: new Error('secret') }]);
  });

  it('without a session arrives in a frame that is not retried', async () => {
    const ctx = fakeContext({ services: servicesThat(() => undefined), actor: null });
    const text = await (await send(ctx, feed)).text();
    expect(text).toContain('"code":"unauthenticated"');
    expect(text).toContain('"code":-32001');
  });
});
