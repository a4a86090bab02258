import { DomainError, notFound } from '../common/domain-error.ts';
import type { BenchmarkId, IdSource, MachineId } from '../common/ids.ts';
import { benchmarkIdSchema, newId } from '../common/ids.ts';
import type { Clock } from '../common/instant.ts';
import { plusMs } from '../common/instant.ts';
import type { Page, PageRequest } from '../common/page.ts';
import { lockOwnMachine, ownMachine } from '../machines/own-machine.ts';
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import type { Actor } from '../users/user.ts';
import type { BenchmarkRunner } from './benchmark-strategy.ts';
import type { Benchmark, BenchmarkKind } from './benchmark.ts';
import { queueBenchmark } from './queue-benchmark.ts';

export interface BenchmarksServiceOptions {
  readonly uow: UnitOfWork;
  readonly clock: Clock;
  readonly ids: IdSource;
  readonly runner: Pick<BenchmarkRunner, 'kindsFor'>;
}

/** Measured runs of a machine. Raw output can be read by everyone who may see the machine's listing. */
export class BenchmarksService {
  readonly #options: BenchmarksServiceOptions;

  constructor(options: BenchmarksServiceOptions) {
    this.#options = options;
  }

  /**
   * Queues runs of the given kinds, or of all that the machine can do.
   * @throws DomainError machine_not_verified, machine_in_use while somebody has booked it, conflict
   */
  async start(
    actor: Actor,
    input: { machineId: MachineId; kinds: readonly BenchmarkKind[] | null },
  ): Promise<readonly Benchmark[]> {
    const { clock, ids, runner, uow } = this.#options;
    return uow.run(async (tx) => {
      const machine = await lockOwnMachine(tx, actor, input.machineId);
      if (machine.status !== 'verified') {
        throw new DomainError('machine_not_verified', `${machine.name} is ${machine.status}, not verified.`, {
          field: 'machineId',
          remedy: 'Finish its checks first.',
        });
      }
      const now = clock.now();
      const occupied = await tx.occupancies.listByUnit(machine.unitId, { start: now, end: plusMs(now, 1) }, 1);
      if (occupied.some((occupancy) => occupancy.of.kind === 'booking')) {
        throw new DomainError('machine_in_use', `${machine.name} is booked at the moment.`, {
          remedy: 'Measure it when the booking has ended: a benchmark would take speed from the renter.',
        });
      }
      const possible = runner.kindsFor(machine);
      const wanted = input.kinds ?? possible;
      const impossible = wanted.find((kind) => !possible.includes(kind));
      if (impossible !== undefined) {
        throw new DomainError('invalid_input', `"${impossible}" can't be measured on this machine.`, {
          field: 'kinds',
          remedy: `Choose from: ${possible.join(', ')}.`,
        });
      }
      const benchmarks: Benchmark[] = [];
      for (const kind of wanted) {
        const id = newId(ids, benchmarkIdSchema);
        benchmarks.push(await queueBenchmark(tx, { id, machine, kind, origin: 'requested', at: now }));
      }
      return benchmarks;
    });
  }

  /** @throws DomainError not_found */
  async get(actor: Actor, input: { id: BenchmarkId }): Promise<Benchmark> {
    const benchmark = await this.#options.uow.reads.benchmarks.findById(input.id);
    if (benchmark === null) throw notFound('benchmark');
    await this.#assertMayLook(actor, benchmark.machineId);
    return benchmark;
  }

  async listByMachine(actor: Actor, input: PageRequest & { readonly machineId: MachineId }): Promise<Page<Benchmark>> {
    await this.#assertMayLook(actor, input.machineId);
    return this.#options.uow.reads.benchmarks.listByMachine(input.machineId, input);
  }

  /** The tools' own output of a run. @throws DomainError not_found */
  async rawOutput(actor: Actor, input: { id: BenchmarkId }): Promise<{ sha256: string; text: string }> {
    const benchmark = await this.get(actor, input);
    const sha256 = benchmark.rawOutputSha256;
    const text = sha256 === null ? null : await this.#options.uow.reads.benchmarks.findRawOutput(sha256);
    if (sha256 === null || text === null) throw notFound('raw output');
    return { sha256, text };
  }

  /** Benchmarks are evidence for an offer: whoever may see the listing may see them. */
  async #assertMayLook(actor: Actor, machineId: MachineId): Promise<void> {
    const listing = await this.#options.uow.reads.listings.findLiveByMachine(machineId);
    if (listing?.status === 'active') return;
    await ownMachine(this.#options, actor, machineId);
  }
}
