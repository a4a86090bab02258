import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLogger } from '../logging.ts';
import { createPrometheusMetrics, type PrometheusMetrics } from './prometheus-metrics.ts';
import { startMetrics, type RunningMetrics } from './start-metrics.ts';

const log = createLogger({ level: 'silent' });
let metrics: PrometheusMetrics;
let running: RunningMetrics;
let url: string;

beforeAll(async () => {
  metrics = createPrometheusMetrics();
  running = await startMetrics({ host: '127.0.0.1', port: 0, metrics, log });
  url = `http://127.0.0.1:${String(running.port)}`;
});
afterAll(async () => running.stop());

const read = async (): Promise<string> => (await fetch(`${url}/metrics`)).text();

describe('the metrics of a process', () => {
  it('are read as Prometheus does, those of Node with them', async () => {
    const response = await fetch(`${url}/metrics`);
    expect(response.headers.get('content-type')).toContain('version=0.0.4');
    expect(await response.text()).toMatch(/^nodejs_eventloop_lag_seconds /m);
  });

  it('count and measure in seconds what was told to them', async () => {
    metrics.requestAnswered({ route: 'listings.search', method: 'GET', status: 200, durationMs: 12 });
    metrics.statementAnswered({ name: 'find_machine', durationMs: 0.3, hasFailed: false });
    metrics.statementAnswered({ name: null, durationMs: 2, hasFailed: true });
    metrics.jobEnded({ name: 'wipe.run', outcome: 'done', durationMs: 20_000, startDelayMs: 4 });
    metrics.commandEnded({ kind: 'read_only', outcome: 'exited', durationMs: 40 });
    metrics.feedOpened();
    metrics.feedOpened();
    metrics.feedClosed();
    metrics.watchPool('primary', () => ({ used: 3, free: 2, waiting: 7 }));
    metrics.watchReplica(() => 1_500);
    metrics.staleReadAnswered('replica');
    const lines = (await read()).split('\n');
    for (const line of [
      'rsm_http_request_seconds_sum{route="listings.search",method="GET",status="200"} 0.012',
      'rsm_http_request_seconds_bucket{le="0.01",route="listings.search",method="GET",status="200"} 0',
      'rsm_http_request_seconds_bucket{le="0.025",route="listings.search",method="GET",status="200"} 1',
      'rsm_statement_seconds_count{statement="find_machine",failed="no"} 1',
      'rsm_statement_seconds_count{statement="other",failed="yes"} 1',
      'rsm_job_seconds_sum{job="wipe.run",outcome="done"} 20',
      'rsm_job_start_delay_seconds_sum{job="wipe.run"} 0.004',
      'rsm_ssh_command_seconds_count{kind="read_only",outcome="exited"} 1',
      'rsm_feeds_open 1',
      'rsm_feeds_opened_total 2',
      'rsm_pool_connections{pool="primary",state="used"} 3',
      'rsm_pool_connections{pool="primary",state="waiting"} 7',
      'rsm_replica_age_seconds 1.5',
      'rsm_stale_reads_total{by="replica"} 1',
    ])
      expect(lines).toContain(line);
  });

  it('are all that there is on their port', async () => {
    for (const [path, method] of [
      ['/', 'GET'],
      ['/metrics/x', 'GET'],
      ['/metrics', 'POST'],
    ] as const) {
      const response = await fetch(`${url}${path}`, { method });
      expect([response.status, await response.text()]).toEqual([404, 'There is only GET /metrics.\n']);
    }
  });

  it('say so when their port is taken', async () => {
    await expect(startMetrics({ host: '127.0.0.1', port: running.port, metrics, log })).rejects.toThrow('EADDRINUSE');
  });
});
