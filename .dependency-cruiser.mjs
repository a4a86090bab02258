import { boundaries } from './tools/boundaries/rules.ts';

export default boundaries;
