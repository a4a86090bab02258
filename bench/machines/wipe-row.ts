import { besideOf, type Figure, type Row } from '../frame/row.ts';
import { spreadOf } from '../frame/spread.ts';
import { withLab } from './lab.ts';
import { openSshTo, type OpenSsh } from './openssh.ts';
import { withRentedMachine, type RentedMachine } from './rented-machine.ts';

const FILES = [1, 1_000, 50_000];
const FILES_QUICK = [1];
const ROUNDS = 3;

/** From the end of a booking to its verified clean-up by number of files, beside `rm -r` of as many by hand. */
export const wipeRow: Row = {
  name: 'wipe',
  title: 'Verified clean-up by number of files against rm -r by hand',
  run: async ({ quick, say }) =>
    withLab(say, async (lab) =>
      withRentedMachine(lab, say, async (machine) => {
        const openssh = await openSshTo(machine.host);
        try {
          const figures: Figure[] = [];
          for (const files of quick ? FILES_QUICK : FILES) {
            const rounds: { readonly product: number; readonly beside: number }[] = [];
            for (let round = 0; round < (quick ? 1 : ROUNDS); round += 1) {
              rounds.push({ product: await byProduct(machine, files), beside: await byHand(openssh, files) });
              say(`${String(files)} files: ${JSON.stringify(rounds.at(-1))}`);
            }
            figures.push(figureOf(files, rounds));
          }
          return figures;
        } finally {
          await openssh.discard();
        }
      }),
    ),
};

function figureOf(files: number, rounds: Parameters<typeof besideOf>[0]): Figure {
  const { beside, product, ratio } = besideOf(rounds);
  return {
    what: `end of a booking to its verified clean-up, ${String(files)} files`,
    unit: 'ms',
    measured: spreadOf(product),
    beside: { what: 'rm -r over ssh', measured: spreadOf(beside) },
    ratio: spreadOf(ratio),
    goals: [],
  };
}

/** Makes so many files of four bytes, a thousand in a folder. */
const makeFiles = (folder: string, files: number): string =>
  `mkdir -p ${folder} && cd ${folder} && seq ${String(files)} | while read -r n; do d=$((n / 1000)); [ -d $d ] || mkdir $d; echo abc > $d/$n; done`;

async function byProduct(
  { book, computer, freeCalendar, renter, until }: RentedMachine,
  files: number,
): Promise<number> {
  const { id } = await book();
  await until(id, 'active');
  const connection = await renter.bookings.connection.query({ id });
  await computer.ssh(connection, makeFiles('work', files));
  const begin = performance.now();
  await renter.bookings.endEarly.mutate({ id });
  await until(id, 'completed');
  const took = performance.now() - begin;
  await freeCalendar();
  return took;
}

async function byHand(openssh: OpenSsh, files: number): Promise<number> {
  await openssh.run(makeFiles('/srv/work', files));
  const begin = performance.now();
  await openssh.run('rm -r /srv/work');
  return performance.now() - begin;
}
