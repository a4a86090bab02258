/**
 * Whether `version` is older than `oldest`, by the three numbers of Semantic Versioning 2.0.0; pre-release and build are not
 * looked at. A version that is not of this form is not older: whoever sends none of ours gets ordinary answers.
 */
export function isOlderVersion(version: string, oldest: string): boolean {
  const left = numbersOf(version);
  const right = numbersOf(oldest);
  if (left === null || right === null) return false;
  for (const [index, number] of left.entries()) {
    const other = right[index] ?? 0;
    if (number !== other) return number < other;
  }
  return false;
}

function numbersOf(version: string): readonly number[] | null {
  const match = /^(\d{1,6})\.(\d{1,6})\.(\d{1,6})(?:[-+].*)?$/.exec(version);
  return match === null ? null : match.slice(1).map(Number);
}
