import { contenderNames, startContender } from './contenders.ts';

/** A contender in a process of its own, so that its time on the processor can be told from its clients'. */
const name = contenderNames.find((known) => known === process.argv[2]);
if (name === undefined) throw new Error(`Name one of ${contenderNames.join(', ')}.`);
const { port } = await startContender(name);
process.on('message', () => process.send?.({ cpu: process.cpuUsage() }));
process.on('disconnect', () => process.exit());
process.send?.({ port });
