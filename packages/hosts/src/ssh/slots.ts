import { abortReasonOf } from './abort-reason.ts';
import { SshError } from './ssh-error.ts';

/** Counts what runs at the same time and lets the rest wait in order, up to a limit. */
export class Slots {
  readonly #runningMax: number;
  readonly #waitingMax: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(options: { readonly runningMax: number; readonly waitingMax: number }) {
    this.#runningMax = options.runningMax;
    this.#waitingMax = options.waitingMax;
  }

  get running(): number {
    return this.#running;
  }

  /**
   * Waits for a free slot and answers the function that gives it back (calling it again does nothing).
   * @throws SshError too_many_commands when too many wait already; the signal's reason when aborted.
   */
  async take(signal?: AbortSignal): Promise<() => void> {
    signal?.throwIfAborted();
    if (this.#running >= this.#runningMax) await this.#turn(signal);
    else this.#running += 1;
    let given = false;
    return () => {
      if (given) return;
      given = true;
      const next = this.#waiting.shift();
      // The slot passes to the next one without being free in between, so nobody can overtake.
      if (next === undefined) this.#running -= 1;
      else next();
    };
  }

  #turn(signal?: AbortSignal): Promise<void> {
    if (this.#waiting.length >= this.#waitingMax) {
      throw new SshError('too_many_commands', 'Too many commands are waiting for this machine.', {
        remedy: 'Try again in a minute.',
      });
    }
    return new Promise((resolve, reject) => {
      const go = (): void => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1);
        if (signal !== undefined) reject(abortReasonOf(signal));
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(go);
    });
  }
}
