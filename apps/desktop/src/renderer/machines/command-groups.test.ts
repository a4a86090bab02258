import type { MachineCommandRead } from '@rsm/api/schemas/machines';
import { describe, expect, it } from 'vitest';
import { groupCommands, purposeWords } from './command-groups.ts';

const command = (purpose: string, template: string, exitStatus: number | null = 0): MachineCommandRead => ({
  purpose,
  template,
  exitStatus,
  durationMs: 12,
  outputBytes: 3,
  startedAt: new Date(0),
});

describe('the commands that we ran', () => {
  it('fall into one group while they are alike', () => {
    const groups = groupCommands([
      command('probe', 'true'),
      command('probe', 'true'),
      command('inspect', 'cat /proc/cpuinfo'),
      command('probe', 'true'),
    ]);
    expect(groups.map((group) => [group.purpose, group.commands.length])).toEqual([
      ['probe', 2],
      ['inspect', 1],
      ['probe', 1],
    ]);
  });

  it('never hide one that failed among those that worked', () => {
    const groups = groupCommands([
      command('probe', 'true'),
      command('probe', 'true', 1),
      command('probe', 'true', null),
    ]);
    expect(groups.map((group) => group.commands[0]?.exitStatus)).toEqual([0, 1, null]);
  });

  it('keep every single command', () => {
    const commands = [command('a', 'x'), command('a', 'x'), command('a', 'y'), command('b', 'y')];
    expect(groupCommands(commands).flatMap((group) => group.commands)).toEqual(commands);
  });
});

describe('the words for a purpose', () => {
  it('leave the id out', () => {
    expect(purposeWords('wipe:0198')).toBe('Clean up after a renter');
  });

  it('are the name itself when it is not known', () => {
    expect(purposeWords('plant_canaries:1')).toBe('plant canaries');
  });
});
