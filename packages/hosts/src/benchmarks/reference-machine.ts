/**
 * The machine whose scores are 1000: a virtual machine with 2 vCPUs of an AMD EPYC (family 25, model 17, “Genoa”) under
 * KVM, 24 GB of memory and a virtio disk, running Debian 12. Its figures were measured with these same strategies; when
 * they change, so does METHOD_VERSION, because scores of different references can't be compared.
 */
export const REFERENCE_MACHINE = '2 vCPU AMD EPYC Genoa, KVM, virtio disk, Debian 12';
export const METHOD_VERSION = 1;

export const CPU_REFERENCE = { one_thread: 1_500, all_threads: 3_000 } as const;
export const STORAGE_REFERENCE = { random_read: 1, random_write: 1, sequential_read: 1, sequential_write: 1 } as const;
