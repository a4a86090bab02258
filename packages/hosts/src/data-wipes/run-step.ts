import type { Clock, Instant } from '@rsm/domain/common/instant';
import { wipeStepSchema, type WipeStep, type WipeStrategyKind } from '@rsm/domain/data-wipes/data-wipe';
import type { CommandKind, CommandTemplate, CommandValues, StdinUse } from '../ssh/command-template.ts';
import { CommandFailedError, SshError } from '../ssh/ssh-error.ts';
import type { RunOptions, SshSession } from '../ssh/ssh-session.ts';

/** What a strategy works with; it reaches the strategy through its factory. */
export interface StepContext {
  readonly session: SshSession;
  readonly clock: Clock;
  /** Told of each step as it ends; the next one waits for it. */
  readonly onStep: (step: WipeStep) => Promise<void>;
}

interface Outcome {
  readonly exitStatus: number | null;
  readonly said: string;
}

/** Runs named steps for one strategy and writes each down as it was. */
export class StepRunner {
  readonly steps: WipeStep[] = [];
  readonly #context: StepContext;
  readonly #strategy: WipeStrategyKind;

  constructor(context: StepContext, strategy: WipeStrategyKind) {
    this.#context = context;
    this.#strategy = strategy;
  }

  /**
   * Runs one command; it succeeded when its exit status is 0. Answers whether it did.
   * @throws whatever means that the machine could not be talked to (a lost connection, a changed host key, an abort): that is no
   * failed step, and the wipe is tried again.
   */
  async run<Name extends string, Kind extends CommandKind, Stdin extends StdinUse>(
    name: string,
    template: CommandTemplate<Name, Kind, Stdin>,
    values: CommandValues<Name>,
    ...options: Stdin extends 'content' ? [options: RunOptions<'content'>] : [options?: RunOptions<'none'>]
  ): Promise<boolean> {
    const startedAt = this.#context.clock.now();
    const outcome = await outcomeOf(this.#context.session.run(template, values, ...options));
    await this.#record(name, template.text, startedAt, outcome);
    return outcome.exitStatus === 0;
  }

  async #record(name: string, command: string, startedAt: Instant, outcome: Outcome): Promise<void> {
    const step = wipeStepSchema.parse({
      strategy: this.#strategy,
      name,
      command,
      exitStatus: outcome.exitStatus,
      succeeded: outcome.exitStatus === 0,
      startedAt,
      durationMs: Math.max(0, this.#context.clock.now() - startedAt),
      detail: outcome.said === '' ? null : outcome.said,
    });
    this.steps.push(step);
    await this.#context.onStep(step);
  }
}

const DETAIL_LENGTH_MAX = 1_000;

/** The end of what a command printed, without control characters and without half a character where it was cut. */
function saidBy(output: string): string {
  return output
    .replaceAll(/[^\P{Cc}\n]/gu, ' ')
    .trim()
    .slice(-DETAIL_LENGTH_MAX)
    .toWellFormed();
}

async function outcomeOf(
  running: Promise<{ exitStatus: number | null; stdout: string; stderr: string }>,
): Promise<Outcome> {
  try {
    const result = await running;
    return { exitStatus: result.exitStatus, said: saidBy(`${result.stdout}\n${result.stderr}`) };
  } catch (error) {
    if (error instanceof CommandFailedError) {
      return { exitStatus: error.exitStatus, said: saidBy(`${error.stdout}\n${error.stderr}`) };
    }
    if (!(error instanceof SshError)) throw error;
    switch (error.failure) {
      case 'command_failed':
      case 'command_timed_out':
      case 'output_too_long':
      case 'privilege_missing':
        return { exitStatus: null, said: saidBy(error.message) };
      case 'host_key_changed':
      case 'connect_refused':
      case 'connect_timed_out':
      case 'no_route':
      case 'not_ssh':
      case 'handshake_failed':
      case 'login_refused':
      case 'connection_lost':
      case 'not_sent':
      case 'too_many_commands':
      case 'too_many_connections':
        throw error;
    }
  }
}
