import { API_PATH } from '@rsm/server/http';
import { expect, onTestFinished, test } from 'vitest';
import { contenderNames, startContender, targets } from './contenders.ts';
import { KeepAliveClient } from './keep-alive-client.ts';
import { httpTableOf, measureHttp } from './measure-http.ts';

// Nothing here says anything about speed: it is for the measurement not to rot between two runs.

test.each(contenderNames)(
  'the server "%s" answers every question, and the client sees where an answer ends',
  async (name) => {
    const { port, stop } = await startContender(name);
    onTestFinished(stop);
    for (const target of Object.values(targets)) {
      const client = new KeepAliveClient({ port, path: `${API_PATH}/${target}` });
      await client.ask();
      await client.ask();
      client.close();
    }
    if (name === 'bare') return;
    const lost = new KeepAliveClient({ port, path: `${API_PATH}/nothing.here` });
    await expect(lost.ask()).rejects.toThrow('404');
    lost.close();
  },
);

test('the table has each server beside the bare one of the same run', () => {
  const latencies = { perSecond: 1_000, p50Ms: 1, p99Ms: 2 };
  const table = httpTableOf([
    { target: 'a call', contender: 'bare', latencies, cpuMicros: 50 },
    { target: 'a call', contender: 'thin', latencies: { ...latencies, perSecond: 400 }, cpuMicros: 200 },
  ]);
  expect(table.split('\n').at(-1)).toBe('| a call | thin | 400 | 1.00 ms | 2.00 ms | 200 µs | 0.40 | 0.25 |');
});

test('every server is measured in a process of its own', { tags: 'deep' }, async () => {
  const figures = await measureHttp({ apiPath: API_PATH, clients: 2, rounds: 1, roundMs: 20, warmUpCalls: 1 });
  const asked = Object.keys(targets).flatMap((target) => contenderNames.map((contender) => ({ target, contender })));
  expect(figures.map(({ contender, target }) => ({ target, contender }))).toEqual(asked);
  expect(figures.every(({ cpuMicros, latencies }) => cpuMicros > 0 && latencies.perSecond > 0)).toBe(true);
});
