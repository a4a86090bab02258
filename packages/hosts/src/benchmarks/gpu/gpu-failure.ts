import { DomainError } from '@rsm/domain/common/domain-error';

/** The line in which gpu-probe.py says what ended it: a word of its own, or `cuda` with the driver's error. */
export interface GpuFailureLine {
  readonly reason: string;
  /** The function or the figure. */
  readonly where: string;
  readonly code: number | null;
  readonly name: string | null;
}

interface Words {
  readonly message: string;
  readonly remedy: string;
}

const INSTALL_DRIVER = 'Install NVIDIA’s driver for the GPUs of the machine, and restart it.';
const RESTART =
  'Restart the machine. If it happens again, have the GPU looked at: nvidia-smi and the kernel’s log say more.';
const NEWER_DRIVER =
  'Install a newer driver: CUDA 11.0 or later for GPUs of compute capability 8.0 and up, 9.0 for older ones.';
const FREE = 'End the programs that use the GPUs (nvidia-smi lists them), then measure again.';

/** What the program itself says ended it. */
const REASONS: Readonly<Record<string, Words | undefined>> = {
  no_libcuda: { message: 'The machine has no libcuda.so.1, which belongs to NVIDIA’s driver', remedy: INSTALL_DRIVER },
  driver_too_old: { message: 'The CUDA driver lacks a function that is needed', remedy: NEWER_DRIVER },
  no_device: {
    message: 'The CUDA driver finds no GPU',
    remedy: 'Check with nvidia-smi whether the driver sees the GPUs.',
  },
  too_old_gpu: {
    message: 'A GPU is older than what can be measured, which begins at compute capability 7.0',
    remedy: 'List the machine without a GPU benchmark.',
  },
  busy: { message: 'More than half of a GPU’s memory is in use by somebody else', remedy: FREE },
  hung: { message: 'A GPU did not answer in time, and the measurement was ended', remedy: RESTART },
  no_host_memory: {
    message: 'The machine has too little memory for the copies',
    remedy: 'Free memory on the machine.',
  },
};

/** Of the driver's own errors those that have a remedy of their own, by the names of cuda.h. */
const CUDA_ERRORS: Readonly<Record<string, Words | undefined>> = {
  CUDA_ERROR_OUT_OF_MEMORY: { message: 'A GPU has too little free memory', remedy: FREE },
  CUDA_ERROR_NO_DEVICE: {
    message: 'The CUDA driver finds no GPU',
    remedy: 'Check with nvidia-smi whether the driver sees the GPUs.',
  },
  CUDA_ERROR_DEVICE_UNAVAILABLE: { message: 'A GPU is held by another program', remedy: FREE },
  CUDA_ERROR_ECC_UNCORRECTABLE: {
    message: 'A GPU found an error in its memory that it could not correct',
    remedy: RESTART,
  },
  CUDA_ERROR_UNSUPPORTED_PTX_VERSION: { message: 'The driver is too old for our kernels', remedy: NEWER_DRIVER },
  CUDA_ERROR_INVALID_PTX: { message: 'The driver can’t compile our kernels', remedy: NEWER_DRIVER },
  CUDA_ERROR_NO_BINARY_FOR_GPU: { message: 'The driver can’t compile our kernels for a GPU', remedy: NEWER_DRIVER },
  CUDA_ERROR_SYSTEM_DRIVER_MISMATCH: {
    message: 'The driver’s library and its kernel module are of different versions',
    remedy: 'Restart the machine, so that both are of one version.',
  },
  CUDA_ERROR_SYSTEM_NOT_READY: {
    message: 'The GPUs are not ready',
    remedy: 'Start NVIDIA’s fabric manager (nvidia-fabricmanager), which machines with NVSwitch need.',
  },
  CUDA_ERROR_LAUNCH_TIMEOUT: { message: 'A GPU ended a kernel that took too long', remedy: RESTART },
  CUDA_ERROR_LAUNCH_FAILED: { message: 'A kernel failed on a GPU', remedy: RESTART },
  CUDA_ERROR_ILLEGAL_ADDRESS: { message: 'A kernel failed on a GPU', remedy: RESTART },
};

/** What ended a measurement, in words, with the driver's own name for it. Whatever has no name here is said as it came. */
export function gpuFailure({ code, name, reason, where }: GpuFailureLine): DomainError {
  const words = reason === 'cuda' ? CUDA_ERRORS[name ?? ''] : REASONS[reason];
  const said = [where, name, code === null ? null : String(code)].filter((part) => part !== null).join(', ');
  return new DomainError(
    reason === 'no_libcuda' ? 'host_tool_missing' : 'host_command_failed',
    `${words?.message ?? 'The CUDA driver reported an error'} (${printable(said)}).`,
    { remedy: words?.remedy ?? RESTART },
  );
}

const SAID_LENGTH_MAX = 300;

function printable(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, ' ').slice(0, SAID_LENGTH_MAX);
}
