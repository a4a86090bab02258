import {
  benchmarkKinds,
  type Benchmark,
  type BenchmarkKind,
  type BenchmarkResult,
  type BenchmarkStatus,
} from '@rsm/domain/benchmarks/benchmark';
import { benchmarkMethodVersions } from '@rsm/domain/benchmarks/benchmark-method';
import type { BenchmarkRepository } from '@rsm/domain/benchmarks/benchmark-repository';
import type { BenchmarkId, MachineId } from '@rsm/domain/common/ids';
import type { Instant, TimeRange } from '@rsm/domain/common/instant';
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

  async listOfFacts(
    of: { readonly machineId: MachineId; readonly kind: BenchmarkKind; readonly factsFingerprint: string },
    limit: number,
  ): Promise<readonly Benchmark[]> {
    const rows = await BenchmarkModel.query(this.#session.connection)
      .where({ machine_id: of.machineId, kind: of.kind, facts_fingerprint: of.factsFingerprint, status: 'succeeded' })
      .orderBy('finished_at', 'desc')
      .orderBy('id', 'desc')
      .limit(limit);
    return rows.map((row) => row.toBenchmark());
  }

  async listDueForRemeasure(now: Instant, quiet: TimeRange, limit: number): Promise<readonly MachineId[]> {
    const rows = await this.#session.rows<{ id: MachineId }>(
      'list_due_for_remeasure',
      `SELECT machines.id FROM machines
       WHERE remeasure_at <= ? AND machines.status = 'verified' AND reachability = 'reachable'
         AND EXISTS (SELECT FROM listings WHERE machine_id = machines.id AND listings.status = 'active')
         AND NOT EXISTS (SELECT FROM occupancies JOIN units ON units.id = unit_id
           WHERE units.machine_id = machines.id AND live AND during && tstzrange(?, ?, '[)'))
       ORDER BY remeasure_at, machines.id LIMIT ?`,
      [timestamp(now), timestamp(quiet.start), timestamp(quiet.end), limit],
    );
    return rows.map(({ id }) => id);
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
        origin: benchmark.origin,
        facts_fingerprint: benchmark.factsFingerprint,
        status: benchmark.status,
        progress_percent: benchmark.progressPercent,
        result: benchmark.result,
        drift_percent: benchmark.driftPercent,
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
      driftPercent?: number | null;
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
          ...(change.driftPercent === undefined ? {} : { drift_percent: change.driftPercent }),
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

  async setRemeasureAt(machineId: MachineId, at: Instant | null): Promise<void> {
    await this.#session.rows('set_remeasure_at', 'UPDATE machines SET remeasure_at = ? WHERE id = ?', [
      at === null ? null : timestamp(at),
      machineId,
    ]);
  }

  async hastenRemeasure(machineId: MachineId, at: Instant): Promise<void> {
    await this.#session.rows(
      'hasten_remeasure',
      'UPDATE machines SET remeasure_at = least(remeasure_at, ?) WHERE id = ? AND remeasure_at IS NOT NULL',
      [timestamp(at), machineId],
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

  /**
   * Searches sort by columns of the machine; the newest score of a kind is copied there. One of another method's version is
   * none there: beside scores of today's it would be compared with them.
   */
  async #showScoreInSearches(id: BenchmarkId): Promise<void> {
    const isCurrent = Object.entries(benchmarkMethodVersions)
      .map(([kind, version]) => `(kind = '${kind}' AND result ->> 'methodVersion' = '${String(version)}')`)
      .join(' OR ');
    const score = (kind: BenchmarkKind): string =>
      `${kind}_score = CASE benchmark.kind WHEN '${kind}' THEN benchmark.score ELSE ${kind}_score END`;
    await this.#session.rows(
      'show_score',
      `UPDATE machines SET benchmarked_at = greatest(machines.benchmarked_at, benchmark.finished_at),
         ${benchmarkKinds.map(score).join(', ')}
       FROM (SELECT machine_id, kind, finished_at, CASE WHEN ${isCurrent} THEN (result ->> 'score')::integer END AS score
             FROM benchmarks WHERE id = ?) benchmark
       WHERE machines.id = benchmark.machine_id`,
      [id],
    );
  }
}
