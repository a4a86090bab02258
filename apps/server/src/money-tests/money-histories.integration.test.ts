// @module-tag ci

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { moneyCommand, type MoneyCommand } from './testing/money-commands.ts';
import { MoneyModel } from './testing/money-model.ts';
import { openStage } from './testing/money-stage.ts';
import { MoneyWorld } from './testing/money-world.ts';

/**
 * Random histories of money over the real product: people who top up, book, ask for money back and press every button twice,
 * a bank that declines, loses answers, takes payments back and tells it in any order, machines that fail, and time. After every
 * step four witnesses say whether every millionth is where it ought to be. `RSM_TEST_SEED` replays a run; a failure prints its
 * shortest history.
 */
const isDeep = process.env['RSM_TEST_DEPTH'] === 'deep';
const RUNS = isDeep ? 2_000 : 2;
/**
 * All of them take hours, so they come in parts, each with a seed of its own made from the run's. Parts may run in processes of
 * their own, one on each processor: `RSM_TEST_DEPTH=deep npx vitest run -t "part 3 of 16" <this file>`.
 */
const PARTS = isDeep ? 16 : 1;
const COMMANDS_MAX = 60;
const SEED = Number(process.env['RSM_TEST_SEED']);
const done = { histories: 0, steps: 0, kinds: new Map<string, number>() };

function count(what: string): void {
  done.kinds.set(what, (done.kinds.get(what) ?? 0) + 1);
}

/** One step of a history, and the look at all money after it. */
class Step implements fc.AsyncCommand<MoneyModel, MoneyWorld> {
  readonly command: MoneyCommand;

  constructor(command: MoneyCommand) {
    this.command = command;
  }

  check(model: Readonly<MoneyModel>): boolean {
    return model.allows(this.command);
  }

  async run(_model: MoneyModel, world: MoneyWorld): Promise<void> {
    await world.run(this.command);
    const wrong = await world.violations();
    if (wrong.length > 0) throw new Error(`After ${this.toString()}:\n${wrong.join('\n')}`);
    done.steps += 1;
    count(this.command.kind);
  }

  toString(): string {
    return JSON.stringify(this.command);
  }
}

describe('random histories of money', () => {
  it.each(Array.from({ length: PARTS }, (_, index) => index + 1))(
    `(${String(RUNS)} of them, part %i of ${String(PARTS)}) keep every millionth where it ought to be, after every step and in the end`,
    async (part) => {
      const steps = fc.commands([moneyCommand.map((command) => new Step(command))], {
        maxCommands: COMMANDS_MAX,
        size: 'max',
      });
      await fc.assert(
        fc.asyncProperty(steps, async (commands) => {
          // A market of its own: what one history leaves behind, such as next week's payouts, is no business of another's.
          const stage = await openStage();
          try {
            const model = new MoneyModel();
            const world = await MoneyWorld.open(stage, model);
            await fc.asyncModelRun(() => ({ model, real: world }), commands);
            expect(await world.finish()).toEqual([]);
            for (const what of await world.happened()) count(what);
          } finally {
            await stage.close();
          }
          done.histories += 1;
        }),
        { numRuns: RUNS / PARTS, endOnFailure: !isDeep, seed: SEED + part - 1 },
      );
      const kinds = [...done.kinds]
        .toSorted(([, a], [, b]) => b - a)
        .map(([kind, count]) => `${kind} ${String(count)}`);
      console.log(`${String(done.histories)} histories, ${String(done.steps)} steps: ${kinds.join(', ')}.`);
    },
    isDeep ? 3_600_000 : 120_000,
  );
});
