import type { Benchmark, BenchmarkKind, BenchmarkResult, BenchmarkStatus } from '@rsm/domain/benchmarks/benchmark';
import type { BenchmarkRepository } from '@rsm/domain/benchmarks/benchmark-repository';
import type { BenchmarkId, MachineId } from '@rsm/domain/common/ids';
import type { Instant } from '@rsm/domain/common/instant';
import type { Page, PageRequest } from '@rsm/domain/common/page';

import { fetchLimit, readCursor, timeAndIdSchema, toPage } from '../common/keyset.ts';
import type { Session } from '../common/session.ts';
import { recordStatusChange } from '../common/status.ts';
import { timestamp } from '../common/timestamp.ts';
import { BenchmarkModel } from './benchmark-model.ts';

const OPEN_STATUSES: readonly BenchmarkStatus[] = ['queued', 'running'];

/** Measured runs and the tools' own output, which is kept by its hash. */
export class PgBenchmarkRepository implements BenchmarkRepository {
  readonly #session: Session;

  constructor(session: Session) {
    this.#session = session;
  }

  async findById(id: BenchmarkId): Promise<Benchmark | null> {
    const row = await BenchmarkModel.query(this.#session.connection).findById(id);
    return row?.toBenchmark() ?? null;
  }

  async listByMachine(machineId: MachineId, request: PageRequest): Promise<Page<Benchmark>> {
    let query = BenchmarkModel.query(this.#session.connection)
      .where({ machine_id: machineId })
      .orderBy('queued_at', 'desc')
      .orderBy('id', 'desc')
      .limit(fetchLimit(request));
    const after = readCursor(request, timeAndIdSchema);
    if (after) query = query.whereRaw('(queued_at, id) < (?, ?)', after);
    return toPage(
      request,
      await query,
      (row) => row.toBenchmark(),
      (row) => [row.queued_at, row.id],
    );
  }

  async listLatest(machineId: MachineId): Promise<readonly Benchmark[]> {
    const rows = await BenchmarkModel.query(this.#session.connection)
      .distinctOn('kind')
      .where({ machine_id: machineId, status: 'succeeded' })
      .orderBy('kind')
      .orderBy('finished_at', 'desc')
      .orderBy('id', 'desc');
    return rows.map((row) => row.toBenchmark());
  }

  async findRawOutput(sha256: string): Promise<string | null> {
    const row = await this.#session.row<{ output: string }>(
      'find_raw_output',
      'SELECT output FROM benchmark_raw_outputs WHERE sha256 = ?',
      [sha256],
    );
    return row?.output ?? null;
  }

  async listDue(now: Instant, limit: number): Promise<readonly BenchmarkId[]> {
    const rows = await BenchmarkModel.query(this.#session.connection)
      .select('id')
      .whereIn('status', [...OPEN_STATUSES])
      .where('queued_at', '<=', timestamp(now))
      .orderBy('queued_at')
      .orderBy('id')
      .limit(limit);
    return rows.map((row) => row.id);
  }

  async insert(benchmark: Benchmark): Promise<void> {
    await this.#session.refusing(
      BenchmarkModel.query(this.#session.connection).insert({
        id: benchmark.id,
        machine_id: benchmark.machineId,
        kind: benchmark.kind,
        status: benchmark.status,
        progress_percent: benchmark.progressPercent,
        result: benchmark.result,
        raw_output_sha256: benchmark.rawOutputSha256,
        failure_reason: benchmark.failureReason,
        queued_at: benchmark.queuedAt,
        started_at: benchmark.startedAt,
        finished_at: benchmark.finishedAt,
      }),
    );
  }

  async lockById(id: BenchmarkId): Promise<Benchmark | null> {
    const row = await this.#session.refusing(
      BenchmarkModel.query(this.#session.connection).findById(id).forNoKeyUpdate(),
    );
    return row?.toBenchmark() ?? null;
  }

  async changeStatus(
    id: BenchmarkId,
    change: {
      from: BenchmarkStatus;
      to: BenchmarkStatus;
      at: Instant;
      result?: BenchmarkResult;
      rawOutputSha256?: string;
      failureReason?: string;
    },
  ): Promise<void> {
    const isOver = change.to === 'succeeded' || change.to === 'failed';
    const updated = await this.#session.refusing(
      BenchmarkModel.query(this.#session.connection)
        .patch({
          status: change.to,
          ...(change.to === 'running' ? { started_at: change.at } : {}),
          ...(change.to === 'succeeded' ? { progress_percent: 100 } : {}),
          ...(isOver ? { finished_at: change.at } : {}),
          ...(change.result === undefined ? {} : { result: change.result }),
          ...(change.rawOutputSha256 === undefined ? {} : { raw_output_sha256: change.rawOutputSha256 }),
          ...(change.failureReason === undefined ? {} : { failure_reason: change.failureReason }),
        })
        .where({ id, status: change.from }),
    );
    const reason = change.failureReason ?? null;
    await recordStatusChange(this.#session, updated, {
      ...change,
      subject: 'benchmark',
      noun: 'benchmark',
      id,
      reason,
    });
    if (change.to === 'succeeded') await this.#showScoreInSearches(id);
  }

  async setProgress(id: BenchmarkId, progressPercent: number): Promise<void> {
    await this.#session.refusing(
      BenchmarkModel.query(this.#session.connection).patch({ progress_percent: progressPercent }).where({ id }),
    );
  }

  async keepRawOutput(output: { sha256: string; text: string }): Promise<void> {
    await this.#session.rows(
      'keep_raw_output',
      'INSERT INTO benchmark_raw_outputs (sha256, output) VALUES (?, ?) ON CONFLICT (sha256) DO NOTHING',
      [output.sha256, output.text],
    );
  }

  async existsOpen(machineId: MachineId, kind: BenchmarkKind): Promise<boolean> {
    const row = await BenchmarkModel.query(this.#session.connection)
      .select('id')
      .where({ machine_id: machineId, kind })
      .whereIn('status', [...OPEN_STATUSES])
      .first();
    return row !== undefined;
  }

  /** Searches sort by columns of the machine; the newest score of a kind is copied there. */
  async #showScoreInSearches(id: BenchmarkId): Promise<void> {
    await this.#session.rows(
      'show_score',
      `UPDATE machines SET benchmarked_at = greatest(machines.benchmarked_at, benchmark.finished_at),
         cpu_score = CASE benchmark.kind WHEN 'cpu' THEN (benchmark.result ->> 'score')::integer ELSE cpu_score END,
         storage_score = CASE benchmark.kind WHEN 'storage' THEN (benchmark.result ->> 'score')::integer
                         ELSE storage_score END
       FROM benchmarks benchmark WHERE benchmark.id = ? AND machines.id = benchmark.machine_id`,
      [id],
    );
  }
}
