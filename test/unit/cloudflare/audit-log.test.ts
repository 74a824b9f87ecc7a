/** Reading an audit log over HTTP: what is requested, what is read of odd answers, and what never leaves the client. */
import { expect, test } from 'vitest';
import { rayId } from '../../../src/main/cloudflare/audit-log';
import type { AuditWindow } from '../../../src/main/cloudflare/types';
import { EMPTY_PROFILE } from '../../../src/shared/profile';
import type { AuditEntry } from '../../standin/index';
import { failureIn, valueOf } from '../results';
import { accountRef, organizationRef } from '../samples';
import { clientHarness, type ClientHarness } from './harness';

const NOW = Date.UTC(2026, 10, 24, 9);
const WINDOW: AuditWindow = { since: NOW - 60_000, before: NOW + 60_000, cursor: null };
const start = () => clientHarness({ now: () => NOW });

async function pageOf({ cloudflare, auth, id }: ClientHarness, cursor: string | null = null) {
  return valueOf(await cloudflare.auditLog(auth, organizationRef(id), { ...WINDOW, cursor })).value;
}

/** Adds an entry that differs from one of an edit in the dashboard. */
function addEntry({ standin, id }: ClientHarness, change: (entry: AuditEntry) => void): void {
  standin.setProfile(id, { business_phone: '2' });
  change(standin.auditLog.at(-1)!);
}

test('reads who wrote a profile, when and how', async () => {
  const harness = await start();
  const { cloudflare, auth, id, standin } = harness;
  const written = valueOf(
    await cloudflare.writeProfile(auth, organizationRef(id), { fields: EMPTY_PROFILE, extra: {} }),
  );
  const { ray } = written.value;
  expect(ray).toMatch(/^[0-9a-f]{16}$/);
  standin.setProfile(id, { business_phone: '2' });
  const path = `/client/v4/organizations/${id}/profile`;
  const { entries, nextCursor } = await pageOf(harness);
  expect(entries.toSorted((one, other) => one.via.localeCompare(other.via))).toEqual([
    {
      at: NOW,
      actor: auth.userId,
      who: auth.email,
      via: 'api',
      ray,
      path,
      userAgent: 'Letterhead',
      texts: EMPTY_PROFILE,
    },
    expect.objectContaining({ who: 'erika@brightwater.example', via: 'dashboard', path }),
  ]);
  expect(nextCursor).toBeNull();
  expect(standin.violations).toEqual([]);
});

test.each(['both', 'cursor', 'cursors.after'] as const)(
  'follows cursors (%s), and no longer than there are entries',
  async (cursor) => {
    const harness = await start();
    harness.standin.settings.audit.cursor = cursor;
    for (let count = 0; count < 150; count += 1) addEntry(harness, () => undefined);
    const first = await pageOf(harness);
    expect(first.entries).toHaveLength(100);
    const second = await pageOf(harness, first.nextCursor);
    expect(second.entries).toHaveLength(50);
    expect(second.nextCursor).toBeNull();
    expect(harness.standin.violations).toEqual([]);
  },
);

test('reads the log of an account with its token, and no log with the other kind of sign-in', async () => {
  const { cloudflare, auth, token, accountId, id, standin } = await start();
  standin.editElsewhere(accountId, { business_phone: '2' });
  const account = accountRef(accountId);
  const { entries } = valueOf(await cloudflare.auditLog(token, account, WINDOW)).value;
  expect(entries).toMatchObject([
    { who: 'erika@brightwater.example', path: `/client/v4/accounts/${accountId}/profile` },
  ]);
  const asked = standin.requests.length;
  for (const refused of [
    await cloudflare.auditLog(auth, account, WINDOW),
    await cloudflare.auditLog(token, organizationRef(id), WINDOW),
  ])
    expect(failureIn(refused).code).toBe('sign-in.wrong-kind');
  expect(standin.requests).toHaveLength(asked);
  expect(standin.violations).toEqual([]);
});

test.each<[string, (entry: AuditEntry) => void]>([
  ['other methods', ({ raw }) => (raw.method = 'MERGE')],
  ['failures', ({ action }) => (action.result = 'failure')],
  ['refused requests', ({ raw }) => (raw.status_code = 403)],
  ['entries without a time', ({ action }) => (action.time = 'yesterday')],
])('leaves out %s', async (_, change) => {
  const harness = await start();
  addEntry(harness, change);
  const { entries } = await pageOf(harness);
  expect(entries).toEqual([]);
});

test('reads what it can of odd entries', async () => {
  const harness = await start();
  for (let count = 0; count < 6; count += 1) addEntry(harness, () => undefined);
  harness.standin.settings.audit.odd = true;
  const { entries } = await pageOf(harness);
  // Two of six are without a time.
  expect(entries).toHaveLength(4);
  expect(entries[0]).toMatchObject({ actor: '', who: null, via: 'unknown' });
  expect(entries[2]).toMatchObject({ who: null, via: 'unknown' });
  expect(entries[3]).toMatchObject({ ray: null, userAgent: '', texts: {} });
});

test('shows no key and no invisible characters as a name', async () => {
  const harness = await start();
  addEntry(harness, ({ actor }) => (actor.email = `x ${harness.auth.key}`));
  addEntry(harness, ({ actor }) => (actor.email = 'eri\u202eka\u0000@b.example\n'));
  addEntry(harness, ({ actor }) => (actor.email = 'e'.repeat(321)));
  const { entries } = await pageOf(harness);
  expect(entries.map(({ who }) => who).sort()).toEqual(['eri ka @b.example', null, null]);
});

test.each([403, 404] as const)('reports a refusal with %i only to its caller', async (answer) => {
  const harness = await start();
  harness.standin.settings.audit.answer = answer;
  const { cloudflare, auth, id, outcomes } = harness;
  expect(failureIn(await cloudflare.auditLog(auth, organizationRef(id), WINDOW)).status).toBe(
    answer,
  );
  expect(outcomes).toEqual([]);
});

test('does not read a huge page, nor one that is none', async () => {
  const harness = await start();
  const { cloudflare, auth, id, standin, outcomes } = harness;
  const failureOf = async (of = id) =>
    failureIn(await cloudflare.auditLog(auth, organizationRef(of), WINDOW)).code;
  addEntry(harness, ({ resource }) => (resource.response = 'x'.repeat(4_000_000)));
  expect(await failureOf()).toBe('cloudflare.unreadable');
  standin.auditLog.length = 0;
  standin.faults.add({ mode: '200-result-null', times: 1 });
  expect(await failureOf()).toBe('cloudflare.unreadable');
  expect(await failureOf('../x')).toBe('organization.invalid-id');
  expect(outcomes).toEqual([]);
});

test('a log that is blocked by a rate limit, which may be its own, blocks nothing else', async () => {
  const { cloudflare, auth, id, standin } = await start();
  standin.faults.add({ mode: '429-retry-300', times: 1 });
  const blocked = failureIn(await cloudflare.auditLog(auth, organizationRef(id), WINDOW));
  expect(blocked.code).toBe('cloudflare.rate-limited');
  valueOf(await cloudflare.user(auth));
  expect(standin.requests).toHaveLength(2);
});

test('a time that no date can have is sent as one that a date can have', async () => {
  const { cloudflare, auth, id, standin } = await start();
  await cloudflare.auditLog(auth, organizationRef(id), { since: -1, before: 9e15, cursor: null });
  const { query } = standin.requests[0]!;
  expect(query.get('since')).toBe('1970-01-01T00:00:00.000Z');
  expect(query.get('before')).toBe('+275760-09-13T00:00:00.000Z');
});

test.each([
  ['8f1d0a2b3c4d5e6f-FRA', '8f1d0a2b3c4d5e6f'],
  ['8F1D0A2B3C4D5E6F', '8f1d0a2b3c4d5e6f'],
  ['', null],
  ['no ray', null],
  [null, null],
  [7, null],
])('compares ids of answers without the location: %s', (text, id) => {
  expect(rayId(text)).toBe(id);
});
