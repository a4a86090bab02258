import type { MachineCommandRead } from '@rsm/api/schemas/machines';

/** Commands of one template and purpose that ran one after the other, newest first. */
export interface CommandGroup {
  readonly purpose: string;
  readonly template: string;
  readonly commands: readonly MachineCommandRead[];
}

/** Machines are probed about twice a minute: without grouping, hours of the same line would hide what matters. */
export function groupCommands(commands: readonly MachineCommandRead[]): readonly CommandGroup[] {
  const groups: { purpose: string; template: string; commands: MachineCommandRead[] }[] = [];
  for (const command of commands) {
    const last = groups.at(-1);
    // An error among equal commands is what somebody looks for, so it never disappears in a group.
    const isAlike =
      last !== undefined &&
      last.purpose === command.purpose &&
      last.template === command.template &&
      last.commands[0]?.exitStatus === command.exitStatus;
    if (isAlike) last.commands.push(command);
    else groups.push({ purpose: command.purpose, template: command.template, commands: [command] });
  }
  return groups;
}

const WORDS: Readonly<Record<string, string>> = {
  scan_host_key: 'Read the host key',
  inspect: 'Check the machine',
  install_tools: 'Install what you consented to',
  probe: 'See that it answers',
  benchmark: 'Measure it',
  provision: 'Let a renter in',
  revoke: 'End a renter’s access',
  move_deadline: 'Move the end of an access',
  wipe: 'Clean up after a renter',
  verify: 'Check a clean-up',
};

/** What a command was for, in words; the name itself when it is one that this version does not know. */
export function purposeWords(purpose: string): string {
  const [name = purpose] = purpose.split(':');
  return WORDS[name] ?? name.replaceAll('_', ' ');
}
