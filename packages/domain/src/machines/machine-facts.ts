import { z } from 'zod';

/** `virtual` is what a virtual machine sees; its host says no more. */
export const diskKinds = ['nvme', 'ssd', 'hdd', 'virtual', 'unknown'] as const;
export type DiskKind = (typeof diskKinds)[number];

/** Why a GPU ran slower than it could at the moment it was read, in the words of NVIDIA's driver. Idling is none of them. */
export const gpuThrottleReasons = [
  'application_clocks',
  'power_cap',
  'hardware_slowdown',
  'sync_boost',
  'software_thermal',
  'hardware_thermal',
  'power_brake',
  'display_clocks',
] as const;
export type GpuThrottleReason = (typeof gpuThrottleReasons)[number];

/**
 * What was read from the machine itself. Null means that it could not be read, and `unreadable` says why; nothing here is
 * ever typed in by a person.
 */
export const machineFactsSchema = z.strictObject({
  cpu: z
    .strictObject({
      model: z.string().max(200),
      architecture: z.string().max(40),
      sockets: z.int().min(1),
      cores: z.int().min(1),
      threads: z.int().min(1),
      maxMhz: z.number().min(0).nullable(),
    })
    .nullable(),
  memory: z.strictObject({ totalBytes: z.int().min(0), swapBytes: z.int().min(0) }).nullable(),
  disks: z
    .array(
      z.strictObject({
        device: z.string().max(100),
        mountPoint: z.string().max(300),
        fileSystem: z.string().max(40),
        kind: z.enum(diskKinds),
        sizeBytes: z.int().min(0),
        freeBytes: z.int().min(0),
      }),
    )
    .max(64)
    .nullable(),
  gpus: z
    .array(
      z.strictObject({
        vendor: z.enum(['nvidia', 'amd', 'intel', 'other']),
        model: z.string().max(200),
        uuid: z.string().max(100).nullable(),
        vramBytes: z.int().min(0).nullable(),
        driverVersion: z.string().max(60).nullable(),
        cudaVersion: z.string().max(20).nullable(),
        computeCapability: z.string().max(20).nullable(),
        pcieGeneration: z.int().min(1).nullable(),
        pcieWidth: z.int().min(1).nullable(),
        powerLimitWatts: z.number().min(0).nullable(),
        eccEnabled: z.boolean().nullable(),
        // Facts from before these were read do not have them; neither do GPUs of other vendors.
        pciDeviceId: z.string().max(20).nullish(),
        /** The link of this moment: slots give less than the card can, and idle cards may lower the generation. */
        pcieGenerationNow: z.int().min(1).nullish(),
        pcieWidthNow: z.int().min(1).nullish(),
        powerLimitMaxWatts: z.number().min(0).nullish(),
        clockMaxMhz: z.int().min(1).nullish(),
        memoryClockMaxMhz: z.int().min(1).nullish(),
        throttleReasons: z.array(z.enum(gpuThrottleReasons)).max(gpuThrottleReasons.length).nullish(),
      }),
    )
    .max(32)
    .nullable(),
  containerRuntime: z.strictObject({ name: z.enum(['podman', 'docker']), version: z.string().max(60) }).nullable(),
  kernel: z.string().max(200).nullable(),
  virtualization: z.string().max(60).nullable(),
  os: z
    .strictObject({ id: z.string().max(60), versionId: z.string().max(60), prettyName: z.string().max(200) })
    .nullable(),
  initSystem: z.enum(['systemd', 'other']).nullable(),
  sshdVersion: z.string().max(100).nullable(),
  timeZone: z.string().max(60).nullable(),
  unreadable: z.array(z.strictObject({ fact: z.string().max(60), reason: z.string().max(300) })).max(32),
  /** SHA-256 over the stable part, to notice a machine that changed under a listing. */
  fingerprint: z.string().regex(/^[0-9a-f]{64}$/),
});

export type MachineFacts = z.infer<typeof machineFactsSchema>;
