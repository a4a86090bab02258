const GIB = 1_073_741_824;
const number = new Intl.NumberFormat(undefined, { maximumFractionDigits: 1 });
const whole = new Intl.NumberFormat(undefined, { maximumFractionDigits: 0 });

/** `64 GiB`, `1.8 TiB`; a dash for what could not be read. */
export function formatBytes(bytes: number | null | undefined): string {
  if (bytes === null || bytes === undefined) return '–';
  if (bytes >= 1_024 * GIB) return `${number.format(bytes / (1_024 * GIB))} TiB`;
  if (bytes >= GIB) return `${number.format(bytes / GIB)} GiB`;
  if (bytes >= 1_048_576) return `${number.format(bytes / 1_048_576)} MiB`;
  return `${whole.format(bytes / 1_024)} KiB`;
}

export const gibToBytes = (gib: number): number => Math.round(gib * GIB);

export function formatNumber(value: number): string {
  return number.format(value);
}

export function formatInteger(value: number): string {
  return whole.format(value);
}
