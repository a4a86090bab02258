import { createHash } from 'node:crypto';
import type { MachineId } from '@rsm/domain/common/ids';
import type { Clock } from '@rsm/domain/common/instant';
import type { MachineTarget, RemoteWork } from '@rsm/domain/machines/machine-host';
import type { OutsideTransactionGuard } from '@rsm/domain/unit-of-work/unit-of-work';
import type { AddressGuard } from '../addresses/checked-address.ts';
import type { CommandLog, Credential } from './command-log.ts';
import { abortReasonOf } from './abort-reason.ts';
import { rawHostKeyOf } from './host-key.ts';
import { SshConnection } from './ssh-connection.ts';
import { dialSsh, hostKeyAlgorithmsFor, pinnedKeyJudge } from './ssh-dial.ts';
import { SshError } from './ssh-error.ts';
import { DEFAULT_SSH_LIMITS, type SshLimits } from './ssh-limits.ts';
import type { SshSession } from './ssh-session.ts';

export interface SshPoolOptions {
  readonly guard: AddressGuard;
  readonly log: CommandLog;
  readonly clock: Clock;
  readonly limits?: SshLimits;
  /** Throws inside a database transaction: a wait for a machine would hold its locks. */
  readonly assertOutsideTransaction?: OutsideTransactionGuard;
}

interface PooledConnection {
  /** Changes when anything that leads to the machine changes: such a connection must not be used again. */
  readonly identity: string;
  readonly machineId: MachineId;
  readonly opening: Promise<SshConnection>;
  /** Ends the attempt when nobody wants it any more. */
  readonly abort: AbortController;
  opened: SshConnection | null;
}

/** Keeps one connection per machine and key pair, opened when first needed and closed when idle. */
export class SshPool {
  readonly #options: SshPoolOptions;
  readonly #limits: SshLimits;
  readonly #connections = new Map<string, PooledConnection>();
  readonly #sweeper: NodeJS.Timeout;
  #closed = false;

  constructor(options: SshPoolOptions) {
    this.#options = options;
    this.#limits = options.limits ?? DEFAULT_SSH_LIMITS;
    this.#sweeper = setInterval(() => this.#closeIdle(), Math.max(50, this.#limits.idleCloseMs / 4));
    this.#sweeper.unref();
  }

  /** How many connections are open or being opened. */
  get size(): number {
    return this.#connections.size;
  }

  /** A door to one machine for one piece of work. Nothing is dialled before the first command. */
  session(target: MachineTarget, work: RemoteWork): SshSession {
    this.#options.assertOutsideTransaction?.('SSH');
    const connect = (signal: AbortSignal): Promise<SshConnection> => this.#connection(target, work.purpose, signal);
    return {
      machineId: target.machineId,
      credential: target.credential,
      purpose: work.purpose,
      signal: work.signal,
      async run(template, values, ...[options]) {
        const signal = options?.signal === undefined ? work.signal : AbortSignal.any([work.signal, options.signal]);
        const run = async (): ReturnType<SshConnection['run']> =>
          (await connect(signal)).run(template, values, { ...options, purpose: work.purpose, signal });
        try {
          return await run();
        } catch (error) {
          // The pooled connection had died unnoticed and the machine saw nothing: once more, over a fresh one.
          if (error instanceof SshError && error.failure === 'not_sent') return run();
          throw error;
        }
      },
      async login() {
        return (await connect(work.signal)).login;
      },
    };
  }

  /** Closes all connections to a machine, for instance when it was retired or its key changed. */
  forget(machineId: MachineId): void {
    for (const [key, pooled] of this.#connections) if (pooled.machineId === machineId) this.#drop(key, pooled);
  }

  /** Closes everything; commands that still run end as `connection_lost`. */
  close(): void {
    this.#closed = true;
    clearInterval(this.#sweeper);
    for (const [key, pooled] of this.#connections) this.#drop(key, pooled);
  }

  async #connection(target: MachineTarget, purpose: string, signal: AbortSignal): Promise<SshConnection> {
    signal.throwIfAborted();
    if (this.#closed)
      throw new SshError('not_sent', 'The server is shutting down.', { remedy: 'Try again in a minute.' });
    const key = keyOf(target.machineId, target.credential);
    const identity = identityOf(target);
    const known = this.#connections.get(key);
    if (known !== undefined && known.identity === identity && known.opened?.isOpen !== false) {
      return known.opened ?? waitFor(known.opening, signal);
    }
    if (known !== undefined) this.#drop(key, known);
    this.#makeRoom();
    const pooled = this.#open({ key, identity, purpose }, target);
    return waitFor(pooled.opening, signal);
  }

  #open(
    { key, identity, purpose }: { key: string; identity: string; purpose: string },
    target: MachineTarget,
  ): PooledConnection {
    const abort = new AbortController();
    const forget = (): void => {
      if (this.#connections.get(key) === pooled) this.#connections.delete(key);
    };
    const opening = this.#dial(target, { purpose, signal: abort.signal }, forget);
    const pooled: PooledConnection = { identity, machineId: target.machineId, opening, abort, opened: null };
    this.#connections.set(key, pooled);
    // The callers that wait hear of a failure; here it only has to leave the pool.
    opening.then(
      (connection) => (this.#connections.get(key) === pooled ? void (pooled.opened = connection) : connection.close()),
      forget,
    );
    return pooled;
  }

  async #dial(target: MachineTarget, { purpose, signal }: RemoteWork, onClose: () => void): Promise<SshConnection> {
    const pinned = rawHostKeyOf(target.hostKey);
    const address = await this.#options.guard.check(target.endpoint.address, { signal });
    const dialed = await dialSsh({
      address,
      port: target.endpoint.port,
      username: target.sshUser,
      privateKey: target.privateKey,
      hostKeyAlgorithms: hostKeyAlgorithmsFor(target.hostKey.keyType),
      judgeHostKey: pinnedKeyJudge(pinned),
      limits: this.#limits,
      signal,
    });
    const connection = new SshConnection({
      target,
      dialed,
      log: this.#options.log,
      clock: this.#options.clock,
      limits: this.#limits,
      onClose,
    });
    try {
      await connection.prepare(purpose, signal);
    } catch (error) {
      connection.close();
      throw error;
    }
    return connection;
  }

  #drop(key: string, pooled: PooledConnection): void {
    this.#connections.delete(key);
    pooled.abort.abort(new SshError('not_sent', 'The connection to the machine was closed.'));
    pooled.opened?.close();
  }

  #closeIdle(): void {
    for (const [key, pooled] of this.#connections) {
      if (pooled.opened !== null && pooled.opened.idleMs >= this.#limits.idleCloseMs) this.#drop(key, pooled);
    }
  }

  /** @throws SshError too_many_connections when every connection is in use. */
  #makeRoom(): void {
    if (this.#connections.size < this.#limits.connectionsMax) return;
    let idlest: { readonly key: string; readonly pooled: PooledConnection; readonly idleMs: number } | null = null;
    for (const [key, pooled] of this.#connections) {
      const idleMs = pooled.opened?.idleMs ?? 0;
      if (idleMs > (idlest?.idleMs ?? 0)) idlest = { key, pooled, idleMs };
    }
    if (idlest === null) {
      throw new SshError('too_many_connections', 'Too many machines are being talked to at once.', {
        remedy: 'Try again in a minute.',
      });
    }
    this.#drop(idlest.key, idlest.pooled);
  }
}

function keyOf(machineId: MachineId, credential: Credential): string {
  return `${machineId}/${credential}`;
}

function identityOf(target: MachineTarget): string {
  const parts = [target.endpoint, target.sshUser, target.hostKey.publicKey, target.privateKey];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/** Waits for an attempt that others may share: an abort ends this waiting, not the attempt. */
async function waitFor<T>(attempt: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => reject(abortReasonOf(signal));
    signal.addEventListener('abort', onAbort, { once: true });
    attempt.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort));
  });
}
