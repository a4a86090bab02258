import { writeFile } from 'node:fs/promises';
import { prepareLab } from '@rsm/lab';
import { readRunningAddress } from '../demo/running-address.ts';
import { API_PATH } from '../http/http-server.ts';
import { runTour } from './tour.ts';
import { EXIT, wantNoArguments, type CommandContext, type ExitStatus } from '../commands/command.ts';
import { readInstallation } from '../commands/open-installation.ts';

/** Does the main job once against a running demo, as two new people on a new lab host. */
export async function runTourCommand(args: readonly string[], context: CommandContext): Promise<ExitStatus> {
  wantNoArguments(args);
  const { config } = readInstallation(context);
  const url = await readRunningAddress(config.dataDir);
  if (url === null) {
    context.warn(`No demo runs on ${config.dataDir}. Start one with \`npm start\` in another terminal.`);
    return EXIT.failed;
  }
  const prepared = await prepareLab({ log: context.warn });
  if (!prepared.available) {
    context.warn(`The tour needs a lab host: ${prepared.reason}.`);
    return EXIT.failed;
  }
  try {
    const steps = await runTour({ apiUrl: `${url}${API_PATH}`, lab: prepared.lab, print: context.print });
    const passed = steps.filter((step) => step.ok).length;
    context.print(`${String(passed)} steps passed, ${String(steps.length - passed)} failed`);
    const reportFile = context.env['RSM_TEST_TOUR_REPORT'];
    if (reportFile !== undefined) await writeFile(reportFile, JSON.stringify({ steps }));
    return passed === steps.length ? EXIT.ok : EXIT.found;
  } finally {
    await prepared.lab.stop();
  }
}
