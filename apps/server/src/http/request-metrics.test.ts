import Fastify from 'fastify';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { noMetrics, type Metrics } from '../metrics/metrics.ts';
import { addRequestMetrics } from './request-metrics.ts';

const API = '/api/v1';
type Answered = Parameters<Metrics['requestAnswered']>[0];

const seen: Answered[] = [];
const fastify = Fastify();

beforeAll(async () => {
  addRequestMetrics(fastify, {
    metrics: { ...noMetrics, requestAnswered: (request) => seen.push(request) },
    apiPath: API,
    procedures: new Set(['listings.search', 'events.feed']),
  });
  fastify.get('/health/live', async () => 'alive');
  fastify.get('/documents/:id', async () => 'one');
  fastify.get(`${API}/events.feed`, async (_request, reply) => {
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' }).end();
    return reply.hijack();
  });
  fastify.all(`${API}/*`, async (_request, reply) => reply.code(207).send({}));
  await fastify.ready();
});
afterAll(async () => fastify.close());
beforeEach(() => {
  seen.length = 0;
});

const labels = (): readonly string[] => seen.map(({ method, route, status }) => `${method} ${route} ${String(status)}`);

describe('a request is measured', () => {
  it('under its procedure or its route, whatever stands in its place of the path', async () => {
    await fastify.inject(`${API}/listings.search?input=private`);
    await fastify.inject({ method: 'POST', url: `${API}/listings.search` });
    await fastify.inject('/health/live');
    await fastify.inject('/documents/01900000-0000-7000-8000-000000000001');
    expect(labels()).toEqual([
      'GET listings.search 207',
      'POST listings.search 207',
      'GET /health/live 200',
      'GET /documents/:id 200',
    ]);
    expect(seen.every(({ durationMs }) => durationMs >= 0)).toBe(true);
  });

  it('under one name for all batches, and one for all that is not there: nobody can make new series', async () => {
    await fastify.inject(`${API}/listings.search,users.me`);
    await fastify.inject(`${API}/listings.search,listings.search,x`);
    await fastify.inject(`${API}/made.up.by.a.stranger`);
    await fastify.inject('/wp-login.php');
    expect(labels()).toEqual(['GET several 207', 'GET several 207', 'GET none 207', 'GET none 404']);
  });

  it('unless it is a feed, which lasts as long as a window is open', async () => {
    await fastify.inject(`${API}/events.feed`);
    expect(labels()).toEqual([]);
  });
});
