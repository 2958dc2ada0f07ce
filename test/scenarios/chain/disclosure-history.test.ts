import { describe, expect, it } from 'vitest';
import { type Happened, withoutBasis } from './disclosure-history.ts';

let clockUs = 1;

function happened(kind: string, changes: Partial<Happened> = {}): Happened {
  clockUs += 1;
  const who = { purpose: 'housing-placement', source: 'gemeente', recipient: 'corporatie', subject: 's1' };
  return { entry: `e${clockUs}`, kind, ...who, about: null, factType: null, committedUs: clockUs, ...changes };
}

function fact(
  kind: 'fact-attested' | 'fact-ended',
  about: string,
  factType: string,
  unit: string | null = null,
): Happened {
  return happened(kind, { purpose: null, source: 'pi', recipient: unit, about, factType });
}

const source = fact('fact-attested', 'f1', 'involvement', 'gemeente');
const given = happened('consent-given', { about: 'c1' });
const withdrawn = happened('consent-withdrawn', { about: 'c1' });
const disclosure = happened('disclosure');

const prison = fact('fact-attested', 'f2', 'involvement', 'pi');
const probation = fact('fact-attested', 'f3', 'involvement', 'reclassering');
const detention = fact('fact-attested', 'f4', 'detention');
const plan = happened('disclosure', { purpose: 'plan-basic-conditions', source: 'pi', recipient: 'reclassering' });

function lacks(...history: Happened[]): string[] {
  return withoutBasis(history).map((each) => each.lacks);
}

describe('a disclosure on consent', () => {
  it('stands after the yes, and before the no', () => {
    expect(lacks(source, given, disclosure, withdrawn)).toEqual([]);
  });

  it('is found when it commits before the yes, or after the no', () => {
    expect(lacks(source, disclosure, given)).toEqual(['consent']);
    expect(lacks(source, given, withdrawn, disclosure)).toEqual(['consent']);
  });

  it('stands on another yes to the same parties, and on no other', () => {
    const again = happened('consent-given', { about: 'c2' });
    expect(lacks(source, given, again, withdrawn, disclosure)).toEqual([]);
    for (const other of [{ recipient: 'zorg' }, { source: 'buurgemeente' }, { purpose: 'iets' }, { subject: 's2' }]) {
      expect(lacks(source, { ...given, ...other }, disclosure)).toEqual(['consent']);
    }
  });

  it('is found when the involvement of its source ended', () => {
    const ended = fact('fact-ended', 'f1', 'involvement', 'gemeente');
    expect(lacks(source, given, ended, disclosure)).toEqual(['involvement']);
  });
});

describe('a disclosure for the plan', () => {
  it('stands while detention and both involvements do', () => {
    expect(lacks(prison, probation, detention, plan)).toEqual([]);
  });

  it.each([
    { ended: fact('fact-ended', 'f2', 'involvement', 'pi'), found: ['involvement'] },
    { ended: fact('fact-ended', 'f3', 'involvement', 'reclassering'), found: ['involvement'] },
    { ended: fact('fact-ended', 'f4', 'detention'), found: ['detention'] },
    { ended: fact('fact-attested', 'f5', 'restriction'), found: ['freedom from restriction'] },
  ])('is found when it lacks $found', ({ ended, found }) => {
    expect(lacks(prison, probation, detention, ended, plan)).toEqual(found);
  });

  it('stands again when a restriction was lifted', () => {
    const put = fact('fact-attested', 'f5', 'restriction');
    const lifted = fact('fact-ended', 'f5', 'restriction');
    expect(lacks(prison, probation, detention, put, lifted, plan)).toEqual([]);
  });
});
