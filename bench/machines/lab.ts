import { prepareLab, type Lab } from '@rsm/lab';

/** Runs the work with a lab of its own. @throws Error with the reason where there can be none */
export async function withLab<Result>(
  say: (line: string) => void,
  work: (lab: Lab) => Promise<Result>,
): Promise<Result> {
  const prepared = await prepareLab({ log: say });
  if (!prepared.available) throw new Error(prepared.reason);
  try {
    return await work(prepared.lab);
  } finally {
    await prepared.lab.stop();
  }
}
