export { prepareLab } from './prepare-lab.ts';
export type { LabAvailability, PrepareLabOptions } from './prepare-lab.ts';
export type { Lab } from './lab.ts';
export type { HostFlavour, HostKey, HostOptions, LabHost } from './hosts/lab-host.ts';
export type { ConsoleOptions } from './hosts/console.ts';
export type { ProgramResult as ConsoleResult } from './processes/run-program.ts';
export type { HostTrouble } from './troubles/host-trouble.ts';
export { labNetwork } from './slots/network-slot.ts';
export { prepareTestLab } from './availability/prepare-test-lab.ts';
