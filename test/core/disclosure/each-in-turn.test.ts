import { expect, it } from 'vitest';
import { eachInTurn } from '../../../src/core/disclosure/each-in-turn.ts';
import { Fault } from '../../../src/core/fault.ts';

const fault = new Fault('subject-busy', 'busy');

it('gives everybody a turn, and tells afterwards that one could not be done', async () => {
  const tried: number[] = [];
  const act = async (item: number) => {
    tried.push(item);
    if (item === 1) throw fault;
    return item !== 3;
  };
  await expect(eachInTurn([1, 2, 3, 4], act)).rejects.toBe(fault);
  expect(tried).toEqual([1, 2, 3, 4]);
  expect(await eachInTurn([2, 3, 4], act)).toBe(2);
});

it('tells of a mistake of ours rather than of a fault that passes', async () => {
  const mistake = new TypeError('a mistake');
  const act = async (item: Error) => {
    throw item;
  };
  await expect(eachInTurn([fault, mistake], act)).rejects.toBe(mistake);
});
