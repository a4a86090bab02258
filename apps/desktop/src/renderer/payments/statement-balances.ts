/**
 * What the wallet held after each line, newest first: the newest leaves what is available now, and each older one what its
 * successor started from.
 */
export function balancesAfter(
  lines: readonly { readonly amountMicros: bigint }[],
  availableMicros: bigint,
): readonly bigint[] {
  let balance = availableMicros;
  return lines.map((line) => {
    const after = balance;
    balance -= line.amountMicros;
    return after;
  });
}
