/**
 * Prints "passed failed" of one `npm run tour`, for `.ci/run`.
 *
 * Arguments: the report that the tour wrote to the file named by RSM_TEST_TOUR_REPORT, and its exit code.
 */
import { countTour, type TourReport, withExitCode } from './counts.ts';
import { readJson } from './read-json.ts';

const [report = '', exitCode = '1'] = process.argv.slice(2);
const { passed, failed } = withExitCode(countTour(readJson<TourReport>(report)), Number(exitCode));
console.log(`${passed} ${failed}`);
