import { AsyncLocalStorage } from 'node:async_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

import type { UserId } from '@rsm/domain/common/ids';
import type { Clock } from '@rsm/domain/common/instant';
import { DomainError } from '@rsm/domain/common/domain-error';
import type { OutsideTransactionGuard, Reads, StaleReads, Tx, UnitOfWork } from '@rsm/domain/unit-of-work/unit-of-work';
import type { Knex } from 'knex';

import { databaseErrorOf, toDomainError } from '../common/constraint-errors.ts';
import { rightBehind, Session } from '../common/session.ts';
import type { Replica } from '../connection/replica.ts';
import { bindReads, bindTx } from './bind-repositories.ts';
import { Outbox } from './outbox.ts';

/** What a commit has brought, for those who wait for it. */
export type Committed = { readonly audiences: readonly UserId[]; readonly jobs: boolean };

export type UnitOfWorkOptions = {
  readonly knex: Knex;
  readonly clock: Clock;
  /** A streaming replica for reads that may be a little stale; they are made on the main pool when absent. */
  readonly replica?: Pick<Replica, 'knex' | 'isFresh' | 'distrust' | 'untilShown'>;
  /** Called for each stale read, with the server that has answered it. */
  readonly onStaleRead?: (by: 'primary' | 'replica') => void;
  /** Whether hot statements are prepared by name. Off behind PgBouncer before 1.21. */
  readonly prepared?: boolean;
  /** The number of the request that is being answered, so that its jobs can be told in the log; null when there is none. */
  readonly requestId?: () => string | null;
  /** Called after each commit that wrote events or jobs, outside the transaction. Must neither throw nor wait. */
  readonly onCommitted?: (committed: Committed) => void;
  /** Longest wait for a lock, and longest run of a statement. */
  readonly lockTimeoutMs?: number;
  readonly statementTimeoutMs?: number;
};

const LOCK_TIMEOUT_DEFAULT_MS = 10_000;
const STATEMENT_TIMEOUT_DEFAULT_MS = 30_000;
const RETRIES_MAX = 3;
const RETRY_BASE_MS = 20;
/** serialization_failure and deadlock_detected (PostgreSQL manual, Appendix A): the work may simply be done again. */
const RETRIED_CODES: ReadonlySet<string> = new Set(['40001', '40P01']);
const QUERY_CANCELED = '57014';

/** Makes the unit of work, and the guard that adapters which reach out of the process call first. */
export function createUnitOfWork(options: UnitOfWorkOptions): {
  readonly uow: UnitOfWork;
  readonly assertOutsideTransaction: OutsideTransactionGuard;
} {
  const uow = new PgUnitOfWork(options);
  return { uow, assertOutsideTransaction: (what) => uow.assertOutsideTransaction(what) };
}

class PgUnitOfWork implements UnitOfWork {
  readonly reads: Reads;
  readonly #staleReads: StaleReads;
  readonly #options: UnitOfWorkOptions;
  /** Follows a call through its awaits; only says whether a transaction is open, never which. */
  readonly #inside = new AsyncLocalStorage<true>();

  constructor(options: UnitOfWorkOptions) {
    this.#options = options;
    this.reads = bindReads(this.#session(options.knex));
    this.#staleReads = options.replica === undefined ? this.reads : bindReads(this.#session(options.replica.knex));
  }

  async readStale<Result>(read: (reads: StaleReads) => Promise<Result>): Promise<Result> {
    const { onStaleRead, replica } = this.#options;
    if (replica === undefined) return read(this.reads);
    if (replica.isFresh()) {
      try {
        const result = await read(this.#staleReads);
        onStaleRead?.('replica');
        return result;
      } catch (error) {
        if (isAnswer(error)) throw error;
        if (!isNotFound(error)) replica.distrust(error);
      }
    }
    onStaleRead?.('primary');
    return read(this.reads);
  }

  async runShown<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
    const result = await this.run(work);
    await this.#options.replica?.untilShown();
    return result;
  }

  /** @throws Error inside a transaction: a wait for the world would hold its locks. */
  assertOutsideTransaction(what: string): void {
    if (this.#inside.getStore()) throw new Error(`${what} must not happen inside a transaction.`);
  }

  async run<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
    this.assertOutsideTransaction('A nested unit of work');
    for (let retries = 0; ; retries += 1) {
      try {
        return await this.#attempt(work);
      } catch (error) {
        if (retries >= RETRIES_MAX || !isRetried(error)) throw toDomainError(error);
        await sleep(RETRY_BASE_MS * 2 ** retries * (0.5 + Math.random()));
      }
    }
  }

  async #attempt<Result>(work: (tx: Tx) => Promise<Result>): Promise<Result> {
    const outbox = new Outbox();
    const result = await this.#inside.run(true, () =>
      this.#options.knex.transaction(async (trx) => {
        const session = this.#session(trx);
        const limits = session.rows(
          'set_limits',
          `SELECT set_config('lock_timeout', ?, true), set_config('statement_timeout', ?, true)`,
          [
            `${this.#options.lockTimeoutMs ?? LOCK_TIMEOUT_DEFAULT_MS}ms`,
            `${this.#options.statementTimeoutMs ?? STATEMENT_TIMEOUT_DEFAULT_MS}ms`,
          ],
        );
        return rightBehind(limits, async () => {
          const answer = await work(bindTx(session, outbox));
          await outbox.flush(session, this.#options.requestId?.() ?? null);
          return answer;
        });
      }),
    );
    const committed = outbox.summary();
    if (committed.jobs || committed.audiences.length > 0) this.#options.onCommitted?.(committed);
    return result;
  }

  #session(connection: Knex): Session {
    return new Session({ connection, clock: this.#options.clock, prepared: this.#options.prepared ?? false });
  }
}

function isNotFound(error: unknown): boolean {
  return error instanceof DomainError && error.code === 'not_found';
}

/** Whether the primary would say the same: a refusal, or a search that takes too long; not a server that is away or full. */
function isAnswer(error: unknown): boolean {
  if (!(error instanceof DomainError) || isNotFound(error)) return false;
  return error.code !== 'busy' || databaseErrorOf(error.cause)?.code === QUERY_CANCELED;
}

function isRetried(error: unknown): boolean {
  const code = databaseErrorOf(error)?.code;
  return code !== undefined && RETRIED_CODES.has(code);
}
