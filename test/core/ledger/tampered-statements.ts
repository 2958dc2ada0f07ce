import { disclosure, heartbeat, permit, plain } from '../../world/written-ledger.ts';
import { b, c, request } from './some-ledger.ts';
import type { Tampering } from './tamperings.ts';

const another = Buffer.alloc(32, 7).toString('base64url');

/** What a gateway could sign that says what cannot be. */
export const tamperedStatements: readonly Tampering[] = [
  [
    'an instance that others name',
    'head-missing',
    (written) => {
      const { rows } = written;
      const head = { ...written.head(b), head: another };
      written.flush(c, [heartbeat('begin', [head])]);
      rows.pending = rows.pending.map((row) => ({ ...row }));
    },
  ],
  ['a second beginning', 'heartbeat', (written) => void written.flush(c, [heartbeat('begin'), heartbeat('begin')])],
  ['a sign of life before the beginning', 'heartbeat', (written) => void written.flush(c, [heartbeat('beat')])],
  ['an entry after the end', 'heartbeat', (written) => void written.flush(b, [permit(request(8))])],
  [
    'a void behind something else',
    'void',
    (written) => {
      written.flush(c, [permit(request(8)), plain('void', { aborted: [{ flush: 1, head: another }] })]);
    },
  ],
  [
    'a void before something else',
    'void',
    (written) => {
      written.flush(c, [plain('void', { aborted: [{ flush: 1, head: another }] }), heartbeat('begin')]);
    },
  ],
  [
    'a permit after its disclosure in one instance',
    'link-permit',
    (written) => void written.flush(c, [disclosure(request(8)), permit(request(8))]),
  ],
  [
    'two disclosures that wait for one permit',
    'link-permit',
    (written) => {
      written.flush(c, [disclosure(request(8)), disclosure(request(8))]);
      written.flush(c.replace(/3$/, '4'), [permit(request(8))]);
    },
  ],
  [
    'a void of another flush',
    'void',
    (written) => {
      written.flush(c, [plain('void', { aborted: [{ flush: 2, head: another }] })]);
    },
  ],
];
