import { expect, it } from 'vitest';
import { provenance } from '../../src/source/provenance.ts';

it('is said by place, as it was said by field', () => {
  const obtained = { 'a.one': ['own'], 'a.two': ['p', 'q'], 'a.other': ['own'] };
  const mapped = [
    { field: 'a.one', name: '/one' },
    { field: 'a.two', name: '/deep/two' },
  ];
  expect(provenance(obtained, mapped)).toEqual({ '/one': ['own'], '/deep/two': ['p', 'q'] });
});

it('is of two fields at one place what both may come from', () => {
  const mapped = [
    { field: 'a.one', name: '/same' },
    { field: 'a.two', name: '/same' },
  ];
  expect(provenance({ 'a.one': ['own', 'p'], 'a.two': ['p', 'q'] }, mapped)).toEqual({ '/same': ['p'] });
  expect(provenance({ 'a.one': ['own'], 'a.two': ['p'] }, mapped)).toEqual({ '/same': [] });
});

it('is nothing where nobody said it, also for a field that is called as a prototype is', () => {
  const mapped = [
    { field: 'toString', name: '/one' },
    { field: 'a.two', name: '/two' },
  ];
  expect(provenance({}, mapped)).toEqual({ '/one': [], '/two': [] });
});
