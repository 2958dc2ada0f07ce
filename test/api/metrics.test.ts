import { describe, expect, it } from 'vitest';
import { createMetrics } from '../../src/api/metrics.ts';
import { metricsListener } from '../../src/api/metrics-listener.ts';
import { partnerApp } from '../../src/api/partner-app.ts';
import type { UnitId } from '../../src/core/brand.ts';
import { fakeDeps } from './world/fake-deps.ts';
import { listen, send } from './world/listener.ts';
import { recipient } from './world/partners.ts';
import { bsn, requestBodyJson } from './world/records.ts';

const host = '127.0.0.1';

describe('the measurements', () => {
  it('count exchanges by declared route, class of status and recognised unit, and problems by name', async () => {
    const metrics = createMetrics();
    const fails = () => Promise.reject(new RangeError(`no row for ${bsn}`));
    const listener = await listen(partnerApp(fakeDeps({ metrics, operations: { ask: fails } })));
    const who = { 'x-test-unit': recipient, 'content-type': 'application/json', 'idempotency-key': `key-${bsn}` };
    await send(`${listener.url}/v1/requests/${bsn}?bsn=${bsn}`, { headers: who });
    await send(`${listener.url}/zoek/${bsn}`, { headers: who });
    await send(`${listener.url}/v1/requests`, {
      method: 'POST',
      headers: who,
      body: JSON.stringify(requestBodyJson()),
    });
    await send(`${listener.url}/v1/events`, { method: 'PROPFIND', headers: { 'x-test-refusal': 'revoked' } });
    await listener.close();

    const lines = (await metrics.text()).split('\n');
    const unit = `unit="${recipient}"`;
    expect(lines).toContain(`sluis_exchanges_total{method="GET",route="/v1/requests/{id}",status="4xx",${unit}} 1`);
    expect(lines).toContain(`sluis_exchanges_total{method="GET",route="unknown",status="4xx",${unit}} 1`);
    expect(lines).toContain(`sluis_exchanges_total{method="POST",route="/v1/requests",status="5xx",${unit}} 1`);
    expect(lines).toContain('sluis_exchanges_total{method="other",route="/v1/events",status="4xx",unit="none"} 1');
    expect(lines).toContain('sluis_exchange_seconds_count{route="/v1/requests"} 1');
    for (const reason of ['invalid-input', 'not-found', 'internal', 'certificate-revoked']) {
      expect(lines).toContain(`sluis_refusals_total{reason="${reason}"} 1`);
    }
    expect(lines.join('\n')).not.toContain(bsn);
  });

  it('show no text that is not a word, whoever hands it over', async () => {
    const metrics = createMetrics();
    const text = 'A. de Wit, "0612345678"\n';
    metrics.alert(text);
    metrics.breakGlass('revoked');
    metrics.certificateExpires(text as UnitId, 'client', '2026-12-01T00:00:00.000Z' as never);
    metrics.exchange({ method: text, route: text, status: 200, unit: text as UnitId, seconds: 0.01 });
    const shown = await metrics.text();
    expect(shown).not.toMatch(/Wit|0612345678/);
    expect(shown).toContain('sluis_alerts_total{kind="other"} 1');
    expect(shown).toContain('sluis_break_glass_total{outcome="revoked"} 1');
  });

  it('tell how much of the ledger waits, and that nobody knows where the database does not say', async () => {
    const metrics = createMetrics();
    let answer = async () => 3;
    metrics.ledgerWaiting(() => answer());
    expect(await metrics.text()).toContain('sluis_ledger_waiting_entries 3');
    answer = () => Promise.reject(new Error('the database is away'));
    expect(await metrics.text()).toContain('sluis_ledger_waiting_entries Nan');
  });

  it('of one gateway are apart from those of another in the same process', async () => {
    const [one, other] = [createMetrics(), createMetrics()];
    one.alarm();
    expect(await one.text()).toContain('sluis_alarms_total 1');
    expect(await other.text()).toContain('sluis_alarms_total 0');
  });
});

describe('the listener for measurements', () => {
  it('answers GET /metrics alone, without a word about anything else', async () => {
    const listener = await metricsListener(createMetrics({ process: true }), { host, port: 0 });
    const at = `http://${host}:${listener.port}`;
    const read = await send(`${at}/metrics`);
    expect(read.status).toBe(200);
    expect(read.headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(read.text).toMatch(/^process_cpu_seconds_total /m);
    expect((await send(`${at}/metrics`, { method: 'POST' })).status).toBe(405);
    for (const path of ['/', `/metrics/${bsn}`, `/metrics?bsn=${bsn}`]) {
      const answer = await send(`${at}${path}`);
      expect([answer.status, answer.text]).toEqual([404, '']);
    }
    await listener.close();
    await expect(send(`${at}/metrics`)).rejects.toThrow();
  });

  it('answers 500 and no more where they cannot be read', async () => {
    const broken = { text: () => Promise.reject(new Error(`about ${bsn}`)), contentType: 'text/plain' };
    const listener = await metricsListener(broken, { host, port: 0 });
    const answer = await send(`http://${host}:${listener.port}/metrics`);
    expect([answer.status, answer.text]).toEqual([500, '']);
    await listener.close();
  });

  it('does not start on an address that is taken', async () => {
    const first = await metricsListener(createMetrics(), { host, port: 0 });
    await expect(metricsListener(createMetrics(), { host, port: first.port })).rejects.toThrow('EADDRINUSE');
    await first.close();
  });
});
