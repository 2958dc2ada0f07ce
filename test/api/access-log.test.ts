import { describe, expect, it } from 'vitest';
import { accessLog, faultLine } from '../../src/api/access-log.ts';
import { partnerApp } from '../../src/api/partner-app.ts';
import { exchangeMarks } from '../../src/api/trace-context.ts';
import type { TraceId } from '../../src/core/brand.ts';
import { Fault } from '../../src/core/fault.ts';
import { fakeDeps } from './world/fake-deps.ts';
import { listen, send } from './world/listener.ts';
import { recipient } from './world/partners.ts';
import { bsn, requestBodyJson } from './world/records.ts';

function capture() {
  const lines: string[] = [];
  return { lines, log: accessLog({ write: (line: string) => void lines.push(line) }) };
}

const id = '0197a000-0000-7000-8000-000000000001';

describe('the access log', () => {
  it('holds the members of its list and no other', async () => {
    const { lines, log } = capture();
    const boom = () => Promise.reject(new RangeError(`no row for ${bsn}\n    at A. de Wit (kladblok)`));
    const listener = await listen(partnerApp(fakeDeps({ log, operations: { ask: boom } })));
    const who = { 'x-test-unit': recipient, 'user-agent': `agent ${bsn}`, 'idempotency-key': `key-${bsn}` };
    const json = { ...who, 'content-type': 'application/json' };
    await send(`${listener.url}/v1/requests/${id}?bsn=${bsn}`, { headers: who });
    await send(`${listener.url}/zoek/${bsn}`, { headers: { ...who, 'x-request-id': `r-${bsn}` } });
    await send(`${listener.url}/v1/requests`, {
      method: 'POST',
      headers: json,
      body: JSON.stringify(requestBodyJson()),
    });
    await listener.close();

    const access = lines.map((line) => JSON.parse(line)).filter((line) => 'status' in line);
    const members = ['durationMs', 'level', 'method', 'request', 'route', 'status', 'time', 'trace', 'traceparent'];
    for (const line of access) expect(Object.keys(line).sort()).toEqual([...members, 'unit']);
    expect(access.map(({ route, status, unit }) => [route, status, unit])).toEqual([
      ['/v1/requests/{id}', 400, recipient],
      ['unknown', 404, recipient],
      ['/v1/requests', 500, recipient],
    ]);
    expect(lines.join('')).not.toMatch(new RegExp(`${bsn}|${id}|zoek|de Wit|kladblok`));
  });

  it('says which route was wanted by somebody who is not let in', async () => {
    const { lines, log } = capture();
    const listener = await listen(partnerApp(fakeDeps({ log })));
    for (const path of [`/v1/requests/${id}`, '/v1/requests/check', '/v1/connection-test', '/v1/nothing']) {
      await send(`${listener.url}${path}`);
    }
    await listener.close();
    const access = lines.map((line) => JSON.parse(line));
    expect(access.map(({ route, status, unit }) => [route, status, unit])).toEqual([
      ['/v1/requests/{id}', 401, null],
      ['/v1/requests/{id}', 401, null],
      ['/v1/connection-test', 401, null],
      ['unknown', 401, null],
    ]);
  });

  it('says of a fault which one and where, by the trace of its exchange', async () => {
    const { lines, log } = capture();
    const fails = () => Promise.reject(new Fault('source-invalid', `got ${bsn}`, { cause: new Error('cause') }));
    const listener = await listen(partnerApp(fakeDeps({ log, operations: { ask: fails } })));
    const headers = { 'x-test-unit': recipient, 'content-type': 'application/json', 'idempotency-key': 'k' };
    const answer = await send(`${listener.url}/v1/requests`, {
      method: 'POST',
      headers,
      body: JSON.stringify(requestBodyJson()),
    });
    await listener.close();
    const [fault] = lines.map((line) => JSON.parse(line)).filter((line) => 'fault' in line);
    const traceparent = answer.headers.get('traceparent');
    const request = answer.headers.get('x-request-id');
    expect(fault).toMatchObject({ fault: 'source-invalid', trace: answer.json.trace, traceparent, request });
    const access = lines.map((line) => JSON.parse(line)).find((line) => 'status' in line);
    expect(access).toMatchObject({ trace: answer.json.trace, traceparent, request });
    expect(fault.frames[0]).toMatch(/^at /);
    expect(lines.join('')).not.toMatch(/got |cause/);
  });

  it('a caller that was not recognised has no unit, and a made-up method no name', async () => {
    const { lines, log } = capture();
    const listener = await listen(partnerApp(fakeDeps({ log })));
    await send(`${listener.url}/v1/events`, { method: 'PROPFIND' });
    await listener.close();
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ method: 'other', status: 401, unit: null, route: '/v1/events' });
  });
});

describe('what is told of an error', () => {
  const marks = exchangeMarks('4bf92f3577b34da6a3ce929d0e0e4736' as TraceId, '0'.repeat(32));

  it('is never its message, also where the message looks like a stack', () => {
    const error = new Error(`x\n    at geheim (geheim.ts:1:1)`);
    const { fault, frames } = faultLine(error, marks);
    expect(fault).toBe('Error');
    expect(frames.length).toBeGreaterThan(0);
    expect(frames.join()).not.toContain('geheim');
  });

  it('is the reason too, where its code stands for more than one thing', () => {
    const { lines, log } = capture();
    log.fault(faultLine(new Fault('source-unavailable', 'geheim', { reason: 'number-not-on-record' }), marks));
    log.fault(faultLine(new Fault('source-unavailable', 'geheim'), marks));
    const written = lines.map((line) => JSON.parse(line));
    expect(written.map(({ fault, reason }) => [fault, reason])).toEqual([
      ['source-unavailable', 'number-not-on-record'],
      ['source-unavailable', undefined],
    ]);
    expect(lines.join('')).not.toContain('geheim');
  });

  it('is nothing where there is no stack, or the stack does not show its message', () => {
    const error = new Error('geheim');
    error.stack = 'Error: anders\n    at geheim2 (x.ts:1:1)';
    expect(faultLine(error, marks).frames).toEqual([]);
    error.message = 'what was never in the stack, so that where it ends there cannot be told';
    expect(faultLine(error, marks).frames).toEqual([]);
    delete error.stack;
    expect(faultLine(error, marks).frames).toEqual([]);
  });
});
