import { machineFactsSchema, type MachineFacts } from '@rsm/domain/machines/machine-facts';
import { CommandFailedError, SshError } from '../../ssh/ssh-error.ts';
import type { SshSession } from '../../ssh/ssh-session.ts';
import { cleanText, UnreadableFact, type FactReader } from './fact-reader.ts';
import { factsFingerprint } from './facts-fingerprint.ts';
import { cpuReader } from './read-cpu.ts';
import { disksReader } from './read-disks.ts';
import { gpusReader } from './read-gpus.ts';
import { memoryReader } from './read-memory.ts';
import {
  containerRuntimeReader,
  initSystemReader,
  kernelReader,
  osReader,
  timeZoneReader,
  virtualizationReader,
} from './read-system.ts';

type Unreadable = MachineFacts['unreadable'][number];

/** The facts, and the names of the OS family (os-release ID and ID_LIKE), which only the checks need. */
export interface ReadFacts {
  readonly facts: MachineFacts;
  readonly osFamily: readonly string[];
}

/**
 * Reads all facts of a machine over one session. What can't be read is null, with its reason in `unreadable`.
 * @throws what `SshSession.run` throws when the machine is gone, so that half a reading is never taken for a whole one.
 */
export async function readFacts(session: SshSession): Promise<ReadFacts> {
  const unreadable: Unreadable[] = [];
  const read = async <Value>(reader: FactReader<Value>): Promise<Value | null> => {
    const answer = await readFact(session, reader);
    if ('value' in answer) return answer.value;
    unreadable.push(answer);
    return null;
  };
  const [cpu, memory, disks, gpus, containerRuntime, kernel, virtualization, os, initSystem, timeZone] =
    await Promise.all([
      read(cpuReader),
      read(memoryReader),
      read(disksReader),
      read(gpusReader),
      read(containerRuntimeReader),
      read(kernelReader),
      read(virtualizationReader),
      read(osReader),
      read(initSystemReader),
      read(timeZoneReader),
    ]);
  const { serverSoftware } = await session.login();
  const stable = { cpu, memory, disks, gpus, virtualization };
  const facts = machineFactsSchema.parse({
    ...stable,
    containerRuntime,
    kernel,
    os: os === null ? null : { id: os.id, versionId: os.versionId, prettyName: os.prettyName },
    initSystem,
    timeZone,
    sshdVersion: serverSoftware === '' ? null : cleanText(serverSoftware, 100),
    unreadable: unreadable.toSorted((a, b) => a.fact.localeCompare(b.fact)),
    fingerprint: factsFingerprint(stable),
  });
  return { facts, osFamily: os?.family ?? [] };
}

/** Facts of a machine that could not be asked. */
export function noFacts(reason: string): MachineFacts {
  const nothing = { cpu: null, memory: null, disks: null, gpus: null, virtualization: null };
  const names = [
    'cpu',
    'memory',
    'disks',
    'gpus',
    'containerRuntime',
    'kernel',
    'virtualization',
    'os',
    'initSystem',
    'sshdVersion',
    'timeZone',
  ];
  return {
    ...nothing,
    containerRuntime: null,
    kernel: null,
    os: null,
    initSystem: null,
    sshdVersion: null,
    timeZone: null,
    unreadable: names.map((fact) => ({ fact, reason: cleanText(reason, 300) })),
    fingerprint: factsFingerprint(nothing),
  };
}

async function readFact<Value>(
  session: SshSession,
  reader: FactReader<Value>,
): Promise<{ readonly value: Value } | Unreadable> {
  try {
    const { stdout } = await session.run(reader.template, {});
    return { value: reader.parse(stdout) };
  } catch (error) {
    const isAnswer =
      error instanceof UnreadableFact ||
      error instanceof CommandFailedError ||
      (error instanceof SshError && (error.failure === 'output_too_long' || error.failure === 'command_timed_out'));
    if (!isAnswer) throw error;
    return { fact: reader.fact, reason: cleanText(error.message, 300) };
  }
}
