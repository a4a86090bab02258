import { z } from 'zod';
import { SshError } from '../../ssh/ssh-error.ts';
import { gpuFailure } from './gpu-failure.ts';

const DEVICES_MAX = 64;
const hex = z.string().regex(/^(?:[0-9a-f]{2})+$/);
const device = z.int().min(0).max(DEVICES_MAX);
const seconds = z.number().positive().max(3_600);

const proofShape = {
  device,
  seconds,
  threads: z.int().positive(),
  amount: z.int().positive(),
  root: hex.length(64),
  samples: z.array(z.strictObject({ leaf: hex.max(1_024), path: z.array(hex.length(64)).max(32) })).max(64),
};
const size = z.int().positive();

const figureLine = z.literal('figure');
const figureSchema = z.discriminatedUnion('figure', [
  z.strictObject({ line: figureLine, figure: z.enum(['fp32', 'tensor']), ...proofShape }),
  z.strictObject({ line: figureLine, figure: z.literal('memory'), bytes: size, ...proofShape }),
  z.strictObject({
    line: figureLine,
    figure: z.enum(['copies_pinned', 'copies_pageable']),
    bytes: size,
    toHost: seconds,
    toDevice: seconds,
    ...proofShape,
  }),
  z.strictObject({ line: figureLine, figure: z.literal('peer'), bytes: size, direct: z.boolean(), ...proofShape }),
]);

const lineSchema = z.discriminatedUnion('line', [
  z.strictObject({ line: z.literal('driver'), version: z.int().min(0), count: z.int().min(0) }),
  z.strictObject({
    line: z.literal('device'),
    device,
    name: z.string().min(1).max(200),
    uuid: hex.length(32),
    capability: z.string().regex(/^\d{1,3}\.\d{1,2}$/),
    multiprocessors: z.int().min(1),
    ecc: z.boolean(),
    totalBytes: size,
  }),
  figureSchema,
  z.strictObject({ line: z.literal('done') }),
  z.strictObject({
    line: z.literal('failure'),
    reason: z.string().max(60),
    where: z.string().max(60),
    code: z.int().nullable(),
    name: z.string().max(300).nullable(),
  }),
]);

type Line = z.infer<typeof lineSchema>;
export type GpuDevice = Extract<Line, { line: 'device' }>;
export type GpuFigure = Extract<Line, { line: 'figure' }>;

export interface GpuOutput {
  /** 12040 for CUDA 12.4. */
  readonly driverVersion: number;
  readonly devices: readonly GpuDevice[];
  readonly figures: readonly GpuFigure[];
}

/**
 * Reads what gpu-probe.py printed, which has to be whole: a driver, devices with each figure once, and `done` at the end.
 * @throws DomainError for a failure that the program named, SshError command_failed for output that is cut, doubled or foreign
 */
export function parseGpuOutput(stdout: string): GpuOutput {
  const lines = stdout
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map(parseLine);
  const failure = lines.find((line) => line.line === 'failure');
  if (failure !== undefined) throw gpuFailure(failure);
  const driver = lines[0];
  if (driver?.line !== 'driver' || lines.at(-1)?.line !== 'done') throw unusable('ended before it was done');
  const devices = lines.filter((line) => line.line === 'device');
  const figures = lines.filter((line) => line.line === 'figure');
  if (devices.length + figures.length + 2 !== lines.length) throw unusable('printed a line twice');
  if (devices.length === 0) throw unusable('measured no device');
  for (const [number, one] of devices.entries()) {
    if (one.device !== number) throw unusable('named its devices out of order');
  }
  const expected = devices.flatMap((one) => figuresOf(one, devices.length).map((figure) => keyOf(figure, one.device)));
  const found = figures.map((one) => keyOf(one.figure, one.device));
  if (expected.toSorted().join() !== found.toSorted().join()) throw unusable('left a figure out or measured one twice');
  return { driverVersion: driver.version, devices, figures };
}

/** From this compute capability on there is mma.m16n8k16 in half precision (PTX ISA: sm_80). */
const TENSOR_CAPABILITY_MIN = 8;

export function hasTensorFigure({ capability }: Pick<GpuDevice, 'capability'>): boolean {
  return Number.parseInt(capability, 10) >= TENSOR_CAPABILITY_MIN;
}

function figuresOf(one: GpuDevice, devices: number): GpuFigure['figure'][] {
  const common: GpuFigure['figure'][] = ['fp32', 'memory', 'copies_pinned', 'copies_pageable'];
  if (hasTensorFigure(one)) common.push('tensor');
  if (devices > 1) common.push('peer');
  return common;
}

function keyOf(figure: string, number: number): string {
  return `${figure} ${String(number)}`;
}

function parseLine(text: string): Line {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw unusable('printed something that is no line of its own');
  }
  const parsed = lineSchema.safeParse(json);
  if (!parsed.success) throw unusable('printed a line that can’t be read');
  return parsed.data;
}

function unusable(what: string): SshError {
  return new SshError('command_failed', `The GPU measurement ${what}.`, {
    remedy: 'Measure again. If it stays so, find out what the machine answers for its GPUs.',
  });
}
