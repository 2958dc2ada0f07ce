import { connect } from 'node:tls';
import pg from 'pg';
import { roles } from '../../../src/demo/story/scene.ts';
import { serverProcesses } from '../../scenarios/chain/running-chain.ts';
import { type CanaryWorld, mark } from './canary-world.ts';
import { plan } from './good-flows.ts';

const role = (c: CanaryWorld) => pg.escapeIdentifier(decodeURIComponent(new URL(c.world.database.serve).username));

/** The database stands still, refuses to write, refuses to read, or has the person's row locked. */
export async function breakRecord(c: CanaryWorld, bsn: string): Promise<void> {
  const ask = () => c.call('/v1/requests', { body: plan(bsn) });
  const frozen = serverProcesses(c.world);
  for (const pid of frozen) process.kill(pid, 'SIGSTOP');
  try {
    await Promise.all([ask(), c.call('/v1/events'), c.call(`/v1/requests?bsn=${bsn}`)]);
  } finally {
    for (const pid of frozen) process.kill(pid, 'SIGCONT');
  }
  await withoutRight(c, 'INSERT ON ledger_entry', ask);
  await withoutRight(c, 'SELECT ON event', () => c.call('/v1/events'));
  await withoutRight(c, 'SELECT ON subject_identifier', ask);
  const holder = await c.owner.connect();
  try {
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM subject FOR UPDATE');
    await ask();
  } finally {
    await holder.query('ROLLBACK');
    holder.release();
  }
}

async function withoutRight(c: CanaryWorld, right: string, work: () => Promise<unknown>): Promise<void> {
  await c.owner.query(`REVOKE ${right} FROM ${role(c)}`);
  try {
    await work();
  } finally {
    await c.owner.query(`GRANT ${right} TO ${role(c)}`);
  }
}

/** Headers that begin and do not end; resolves with what came back, at the latest when the gateway gives up. */
export function slowHeaders(c: CanaryWorld): Promise<void> {
  const { certificate, key } = c.world.credentials.get(roles.municipality) ?? { certificate: '', key: '' };
  const port = Number(new URL(c.world.gateways[0]?.ready.partnerUrl ?? '').port);
  const tls = { host: '127.0.0.1', port, servername: 'localhost', ca: c.world.authority.ca, cert: certificate, key };
  return new Promise((resolve, reject) => {
    let answered = '';
    const socket = connect(tls);
    socket.on('data', (chunk: Buffer) => {
      answered += chunk.toString('utf8');
    });
    socket.on('error', reject);
    socket.on('close', () => {
      c.problems.set('too-slow', [answered]);
      resolve();
    });
    socket.write(`GET /${mark('path')} HTTP/1.1\r\nhost: x\r\nx-naam: ${mark('unknown header')}\r\n`);
  });
}
