/** A CUDA version as drivers say it: `12.4`. */
export const CUDA_VERSION_FORM = /^(\d{1,3})\.(\d{1,3})$/;

/** A number by which CUDA versions compare (12.10 is newer than 12.9), or null for a text that is none. */
export function cudaVersionNumber(text: string): number | null {
  const [, major, minor] = CUDA_VERSION_FORM.exec(text) ?? [];
  return major === undefined || minor === undefined ? null : Number(major) * 1_000 + Number(minor);
}
