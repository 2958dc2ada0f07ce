import { describe, expect, it } from 'vitest';
import { problem, problemOfFault, problemResponse } from '../../src/api/problem.ts';
import { refusalClassPages } from '../../src/api/problem-types/refusal-pages.ts';
import { type ProblemName, problemTypes } from '../../src/api/problem-types.ts';
import { problemDocument } from '../../src/api/schemas/problem-document.ts';
import type { TraceId } from '../../src/core/brand.ts';
import { Fault, type FaultCode } from '../../src/core/fault.ts';

const trace = 'b'.repeat(32) as TraceId;
const names = Object.keys(problemTypes) as ProblemName[];

describe('the registry of problem types', () => {
  it.each(names)('%s says in both languages what it means and what to do', (name) => {
    const { title, detail, remedy } = problemTypes[name];
    for (const label of [title, detail, remedy]) {
      expect(label.nl.length).toBeGreaterThan(3);
      expect(label.en.length).toBeGreaterThan(3);
      expect(label.nl).not.toBe(label.en);
    }
    expect(name).toMatch(/^[a-z]+(-[a-z]+)*$/);
  });
});

describe('a refusal that no person could change', () => {
  it.each(['not-permitted', 'prohibited'] as const)('%s is right for who asks and for who offers', (name) => {
    const { detail } = refusalClassPages[name];
    expect(detail.nl).toContain('aan deze ontvanger');
    expect(`${detail.nl} ${detail.en}`).not.toMatch(/\b(u|you)\b/);
  });
});

describe('a problem document', () => {
  it('has the members of RFC 9457, status in line and body alike', async () => {
    const response = problemResponse(problem('not-found', { instance: '/v1/requests/x' }), { language: 'nl', trace });
    const document = problemDocument.strict().parse(await response.json());
    expect(document).toMatchObject({
      type: '/problems/not-found',
      title: 'Niet gevonden',
      status: 404,
      instance: '/v1/requests/x',
      trace,
    });
    expect(document.detail).toBe(problemTypes['not-found'].detail.nl);
    expect(response.status).toBe(document.status);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
  });

  it('says what its refusal has to say instead of the constant text', async () => {
    const detail = { nl: 'Omdat', en: 'Because' };
    const response = problemResponse(problem('refused', { detail }), { language: 'en', trace });
    expect(problemDocument.parse(await response.json()).detail).toBe('Because');
  });

  it('speaks the language that was chosen', async () => {
    const response = problemResponse(problem('too-large'), { language: 'en', trace });
    expect([problemDocument.parse(await response.json()).title, response.headers.get('content-language')]).toEqual([
      'Too large',
      'en',
    ]);
  });
});

describe('a fault', () => {
  const statuses: Readonly<Record<FaultCode, number>> = {
    'database-unavailable': 503,
    'ledger-unavailable': 503,
    'keys-unavailable': 503,
    'subject-busy': 503,
    'basis-changed': 409,
    'seal-impossible': 500,
    'source-unavailable': 502,
    'source-timeout': 504,
    'source-invalid': 502,
    'source-too-large': 502,
    'source-wrong-subject': 502,
  };

  it.each(Object.entries(statuses))('%s is %i and keeps its message and cause inside', async (code, status) => {
    const fault = new Fault(code as FaultCode, 'geheim 900000016', { cause: new Error('ook geheim') });
    const response = problemResponse(problemOfFault(fault), { language: 'nl', trace });
    expect(response.status).toBe(status);
    expect(response.headers.get('retry-after')).toBe(status === 503 ? '1' : null);
    expect(await response.text()).not.toMatch(/geheim|900000016|fault\.ts| at /);
  });

  it.each([new TypeError('geheim'), 'geheim', null, undefined, { code: 'source-timeout' }])(
    'anything else is internal',
    async (error) => {
      const response = problemResponse(problemOfFault(error), { language: 'nl', trace });
      expect(response.status).toBe(500);
      expect(await response.text()).not.toContain('geheim');
    },
  );
});
