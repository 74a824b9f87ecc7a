/** Asking the audit log who made a change: when, what, and what a log that does not help costs. */
import { afterEach, describe, expect, it } from 'vitest';
import { REST_MS, RETRY_MS } from '../../../src/main/audit-log/author-lookup';
import { failed } from '../../../src/shared/result';
import type { FaultMode } from '../../standin/fault-modes';
import { AuthorsHarness, closeHarnesses, SIGN_IN } from './harness';

afterEach(closeHarnesses);

const ERIKA = 'erika@brightwater.example';
/** Counts the reads of keys from now on. */
function countKeyReads(harness: AuthorsHarness): () => number {
  const { authorizationOf } = harness.sync;
  let reads = 0;
  harness.sync.authorizationOf = (id) => {
    reads += 1;
    return authorizationOf(id);
  };
  return () => reads;
}

/** Lets everything happen that needs no time. */
async function turns(harness: AuthorsHarness): Promise<void> {
  let count = 0;
  await harness.sync.until(() => (count += 1) > 20, { clock: false });
}

const KIM = { email: 'kim@brightwater.example', id: 'c'.repeat(32) };

describe('a change found at Cloudflare', () => {
  it('gets its author from one request to the log of its organization', async () => {
    const harness = await AuthorsHarness.start();
    harness.open(harness.sync.ids[1]);
    const { clock } = harness.sync;
    const lastRead = clock.now() - 3_600_000;
    const at = clock.now() + 1_000;
    await harness.find({ business_phone: '2' });
    await harness.pass();
    expect(harness.found).toEqual([null]);
    expect(harness.asked).toEqual([]);
    harness.open();
    await harness.answered(1);
    expect(harness.found).toEqual([{ who: ERIKA, via: 'dashboard', at }]);
    const [request] = harness.asked;
    expect(request?.route).toBe(`/organizations/${harness.id}/logs/audit`);
    expect(Object.fromEntries(request!.query)).toMatchObject({
      since: new Date(lastRead - 300_000).toISOString(),
      before: new Date(at + 60_000 + 300_000).toISOString(),
      direction: 'desc',
    });
    expect(request!.query.getAll('raw_method.not')).toEqual(['POST', 'PATCH', 'DELETE']);
    await harness.pass(REST_MS);
    expect(harness.asked).toHaveLength(1);
    expect(harness.standin.violations).toEqual([]);
  });

  it('tells the page that its author is known', async () => {
    const harness = await AuthorsHarness.start();
    harness.open(harness.sync.ids[1]);
    await harness.find({ business_phone: '2' });
    const marked: unknown[] = [];
    harness.sync.database.changes.subscribe(({ organizations }) =>
      marked.push([organizations, ...harness.names]),
    );
    harness.open();
    await harness.answered(1);
    expect(marked).toContainEqual([new Set([harness.id]), ERIKA]);
  });

  it.each([
    ['dash', ERIKA, 'dashboard'],
    ['api_key', ERIKA, 'api'],
    ['api_token', 'Website sync', 'api'],
  ] as const)('may come from the context %s', async (context, who, via) => {
    const harness = await AuthorsHarness.start();
    const token = context === 'api_token' ? { email: '', token_name: 'Website sync' } : {};
    await harness.find({ business_phone: '2' }, { context, ...token });
    await harness.answered(1);
    expect(harness.found).toMatchObject([{ who, via }]);
  });

  it('found before a write of ours gets its author, and our writes get none', async () => {
    const harness = await AuthorsHarness.start();
    harness.standin.editElsewhere(harness.id, { business_name: 'Theirs' });
    harness.sync.submit({ business_phone: 'mine' });
    await harness.sync.settled();
    harness.sync.submit({ business_phone: 'mine again' });
    await harness.sync.settled();
    await harness.list();
    await harness.answered(1);
    expect(harness.names).toEqual([ERIKA]);
    await harness.find({ business_name: 'Later' }, KIM);
    await harness.answered(2);
    expect(harness.names).toEqual([KIM.email, ERIKA]);
  });

  it.each([true, false])('made by another Letterhead names it (short ids: %s)', async (short) => {
    const harness = await AuthorsHarness.start({ audit: { shortRayIds: short } });
    harness.sync.submit({ business_phone: 'mine' });
    await harness.sync.settled();
    await harness.find({ business_phone: '2' }, { ...KIM, userAgent: 'Letterhead/9.9.9' });
    await harness.answered(1);
    expect(harness.names).toEqual([KIM.email]);
  });

  it('that was our own write whose answer was lost names no one', async () => {
    const harness = await AuthorsHarness.start();
    harness.standin.faults.add({ mode: 'put-reply-lost', times: 1 });
    harness.sync.submit({ business_phone: 'mine' });
    await harness.sync.settled();
    harness.sync.discard();
    await harness.read();
    expect(harness.names).toEqual([null]);
    await harness.answered(1);
    expect(harness.names).toEqual([null]);
    // The log knows writes of profiles, so it is asked about the next change.
    await harness.find({ business_phone: '2' });
    await harness.answered(2);
    expect(harness.names).toEqual([ERIKA, null]);
  });

  it('before the newest one is asked about when the history lists it', async () => {
    const harness = await AuthorsHarness.start();
    harness.open(harness.sync.ids[1]);
    await harness.find({ business_phone: '2' });
    await harness.find({ business_phone: '3' });
    await harness.find({ business_phone: '4' }, KIM);
    harness.open();
    await harness.answered(1);
    expect(harness.names).toEqual([KIM.email, null, null]);
    await harness.list();
    await harness.answered(2);
    expect(harness.names).toEqual([KIM.email, ERIKA, ERIKA]);
    await harness.list();
    await harness.pass();
    expect(harness.asked).toHaveLength(2);
  });

  it('by one of several people is attributed by what was written', async () => {
    const harness = await AuthorsHarness.start();
    harness.standin.editElsewhere(harness.id, { business_phone: '1' });
    harness.sync.clock.advance(1_000);
    await harness.find({ business_phone: '2' }, KIM);
    await harness.answered(1);
    expect(harness.names).toEqual([KIM.email]);
    harness.standin.editElsewhere(harness.id, { business_name: 'B' });
    harness.sync.clock.advance(1_000);
    await harness.find({ business_phone: '3' }, KIM);
    await harness.answered(2);
    expect(harness.names).toEqual([null, KIM.email]);
  });

  it.each(['write', 'read'] as const)(
    'in an account is looked for in its own log, with a token that may %s',
    async (accountSettings) => {
      const harness = await AuthorsHarness.start({}, 'token');
      harness.sync.token.permissions.accountSettings = accountSettings;
      await harness.find({ business_phone: '2' });
      await harness.answered(1);
      expect(harness.asked[0]?.route).toBe(`/accounts/${harness.id}/logs/audit`);
      expect(harness.asked[0]?.tokenId).toBe(harness.sync.token.id);
      expect(harness.names).toEqual([ERIKA]);
      expect(harness.standin.violations).toEqual([]);
    },
  );

  it('in an account without a known organization is looked for in its log', async () => {
    const harness = await AuthorsHarness.start({ accounts: 5 }, 'token');
    const lonely = harness.sync.ids[4]!;
    expect(harness.standin.accounts.get(lonely)?.managedBy).toBeNull();
    harness.open(lonely);
    harness.standin.editElsewhere(lonely, { business_phone: '2' });
    await harness.read(lonely);
    await harness.answered(1);
    expect(harness.asked[0]?.route).toBe(`/accounts/${lonely}/logs/audit`);
  });

  it('made through the organization of an account names no one', async () => {
    const harness = await AuthorsHarness.start({}, 'token');
    const parent = harness.standin.accounts.get(harness.id)!.managedBy!.parentOrgId;
    harness.standin.editElsewhere(parent, { business_phone: '2' });
    await harness.read();
    await harness.answered(1);
    expect(harness.names).toEqual([null]);
    expect(harness.sync.signInIssues).toEqual([]);
  });
});

describe('nothing is asked', () => {
  it('if nothing changed, at the first read, and about our own writes', async () => {
    const harness = await AuthorsHarness.start();
    await harness.read();
    harness.sync.submit({ business_phone: 'mine' });
    await harness.sync.settled();
    const [, second] = harness.sync.ids;
    harness.sync.write(({ organizations }) => {
      const row = organizations.get(second!)!;
      organizations.remove(second!);
      organizations.put(row);
    });
    harness.standin.editElsewhere(second!, { business_phone: '2' });
    await harness.read(second);
    await harness.pass();
    expect(harness.asked).toEqual([]);
  });

  it('about a page that no one has open', async () => {
    const harness = await AuthorsHarness.start();
    const [, second] = harness.sync.ids;
    harness.standin.editElsewhere(second!, { business_phone: '2' });
    await harness.read(second);
    await harness.pass();
    expect(harness.asked).toEqual([]);
  });

  it('before the sign-in was used in this run, so that no keychain asks the person', async () => {
    const harness = await AuthorsHarness.start();
    harness.lookup.stop();
    await harness.find({ business_phone: '2' });
    const reads = countKeyReads(harness);
    await harness.restart();
    await harness.list();
    await turns(harness);
    expect(reads()).toBe(0);
    await harness.read(harness.sync.ids[1]);
    await harness.answered(1);
    expect(harness.names).toEqual([ERIKA]);
  });

  it('about what Cloudflare made of our own text', async () => {
    const harness = await AuthorsHarness.start();
    harness.standin.faults.add({ mode: 'stores-differently', times: 1 });
    harness.sync.submit({ business_phone: 'mine' });
    await harness.sync.settled();
    expect(harness.sync.row()?.state).toBe('differs');
    expect(harness.found).toEqual([null]);
    await harness.pass();
    expect(harness.asked).toEqual([]);
  });

  it('a minute after the sign-in was used, until it is used again', async () => {
    const harness = await AuthorsHarness.start();
    harness.open(harness.sync.ids[1]);
    await harness.find({ business_phone: '2' });
    harness.sync.clock.advance(61_000);
    const reads = countKeyReads(harness);
    harness.open();
    await turns(harness);
    expect(reads()).toBe(0);
    await harness.read(harness.sync.ids[1]);
    await harness.answered(1);
    expect(harness.names).toEqual([ERIKA]);
  });

  it('by a request that had to wait for longer than the key stays in memory', async () => {
    const harness = await AuthorsHarness.start();
    const { limiter } = harness.sync.deps;
    const { userId } = harness.sync.read(({ signIns }) => signIns.get(SIGN_IN))!;
    harness.open(harness.sync.ids[1]);
    await harness.find({ business_phone: '2' }, KIM);
    limiter.reserveForChanges(new Set([userId!]));
    harness.open();
    await turns(harness);
    const reads = countKeyReads(harness);
    harness.sync.clock.advance(61_000);
    limiter.reserveForChanges(new Set());
    await turns(harness);
    expect(reads()).toBe(0);
    await harness.read(harness.sync.ids[1]);
    await harness.answered(1);
    expect(harness.names).toEqual([KIM.email]);
  });

  it('once the app stops', async () => {
    const harness = await AuthorsHarness.start();
    harness.open(harness.sync.ids[1]);
    await harness.find({ business_phone: '2' });
    harness.lookup.stop();
    harness.open();
    await harness.list();
    await harness.pass();
    expect(harness.asked).toEqual([]);
  });
});

describe('a log that does not help', () => {
  /** Finds a change, and expects that the log is then not asked for a day of this run. */
  async function expectRest(harness: AuthorsHarness): Promise<void> {
    await harness.find({ business_phone: '2' });
    await harness.answered(1);
    await harness.find({ business_phone: '3' }, KIM);
    await harness.list();
    await harness.pass(REST_MS - 3_600_000);
    expect(harness.asked).toHaveLength(1);
    expect(harness.names).toEqual([null, null]);
    expect(harness.sync.signInIssues).toEqual([]);
    expect(harness.sync.connectivity.status().state).not.toBe('offline');
    harness.standin.faults.clear();
    Object.assign(harness.standin.settings.audit, { answer: 'entries', odd: false });
    await harness.pass(3_600_000);
    await harness.answered(2);
    expect(harness.names).toEqual([KIM.email, ERIKA]);
  }

  it.each(['empty', 403, 404, 'off'] as const)('is asked again after a day: %s', async (answer) => {
    const harness = await AuthorsHarness.start();
    harness.standin.settings.audit.answer = answer;
    if (answer !== 'off') return expectRest(harness);
    await harness.find({ business_phone: '2' });
    await harness.answered(1);
    await harness.find({ business_phone: '3' });
    await harness.pass(REST_MS - 3_600_000);
    expect(harness.asked).toHaveLength(1);
  });

  it.each([
    '200-html',
    '200-success-false',
    '200-result-null',
    'truncated-json',
    'odd-errors-object',
    '403-9103',
    '400-6003',
  ] satisfies FaultMode[])('is asked again after a day: %s', async (mode) => {
    const harness = await AuthorsHarness.start();
    harness.standin.faults.add({ mode, match: { path: '/logs/audit' } });
    await expectRest(harness);
  });

  it.each(['500-empty', '503-text', '429-retry-1'] satisfies FaultMode[])(
    'is asked again after ten minutes if the failure may pass: %s',
    async (mode) => {
      const harness = await AuthorsHarness.start();
      harness.standin.faults.add({ mode, times: 1, match: { path: '/logs/audit' } });
      await harness.find({ business_phone: '2' });
      await harness.answered(1);
      await harness.find({ business_phone: '3' });
      await harness.pass(RETRY_MS - 120_000);
      expect(harness.asked).toHaveLength(1);
      expect(harness.sync.signInIssues).toEqual([]);
      expect(harness.sync.connectivity.status().state).not.toBe('offline');
      await harness.pass(120_000);
      await harness.answered(2);
      expect(harness.names).toContain(ERIKA);
    },
  );

  it('is asked again when Cloudflare asked to, if that is later', async () => {
    const harness = await AuthorsHarness.start();
    const change = { status: 503, retryAfter: '900' };
    harness.standin.faults.add({ mode: '503-text', ...change, match: { path: '/logs/audit' } });
    await harness.find({ business_phone: '2' });
    await harness.answered(1);
    await harness.find({ business_phone: '3' });
    await harness.pass(900_000 - 120_000);
    expect(harness.asked).toHaveLength(1);
    await harness.pass(120_000);
    await harness.answered(2);
  });

  it.each(['stalled-headers', 'stalled-body'] satisfies FaultMode[])(
    'is asked again after a day if it is slow: %s',
    async (mode) => {
      const harness = await AuthorsHarness.start();
      harness.standin.faults.add({ mode, match: { path: '/logs/audit' } });
      await harness.find({ business_phone: '2' });
      await harness.sync.timeOut(mode);
      await harness.pass();
      await harness.pass(RETRY_MS);
      expect(harness.asked).toHaveLength(1);
      expect(harness.names).toEqual([null]);
      expect(harness.sync.connectivity.status().state).not.toBe('offline');
    },
  );

  it('is asked again after a day if its entries are of another profile, or of no one', async () => {
    const harness = await AuthorsHarness.start();
    harness.standin.beforeAnswer({ path: '/logs/audit' }, () => {
      for (const entry of harness.standin.auditLog) {
        if (entry.resource.request !== null) entry.raw.uri = '/0a/configurations';
      }
    });
    await harness.find({ business_phone: '2' });
    await harness.answered(1);
    expect(harness.names).toEqual([null]);
    await harness.find({ business_phone: '3' });
    await harness.pass(REST_MS / 2);
    expect(harness.asked).toHaveLength(1);
  });

  it('is asked again after a restart', async () => {
    const harness = await AuthorsHarness.start({ audit: { answer: 'empty' } });
    await harness.find({ business_phone: '2' });
    await harness.answered(1);
    harness.standin.settings.audit.answer = 'entries';
    await harness.restart();
    await harness.read();
    await harness.answered(2);
    expect(harness.names).toEqual([ERIKA]);
  });

  it('does not hold back another log', async () => {
    const harness = await AuthorsHarness.start();
    const [, second] = harness.sync.ids;
    harness.standin.faults.add({
      mode: '403-10000',
      match: { path: `${harness.id}/logs/audit` },
    });
    await harness.find({ business_phone: '2' });
    await harness.answered(1);
    harness.open(second);
    harness.standin.editElsewhere(second!, { business_phone: '2' });
    await harness.read(second);
    await harness.answered(2);
    expect(harness.names).toEqual([null]);
    const author = harness.sync.read(({ revisions }) => revisions.of(second!)).at(-1)?.author;
    expect(author).toMatchObject({ who: ERIKA });
  });
});

describe('odd answers', () => {
  it('are read as far as they can be', async () => {
    const harness = await AuthorsHarness.start({ audit: { odd: true } });
    // The first entry of the answer has no actor.
    await harness.find({ business_phone: '2' });
    await harness.answered(1);
    expect(harness.names).toEqual([null]);
    // What the log cannot tell is not asked again, in another run either.
    await harness.restart();
    await harness.pass(REST_MS);
    expect(harness.asked).toHaveLength(1);
  });

  it('with several pages are followed, but not for long', async () => {
    const harness = await AuthorsHarness.start();
    const other = harness.sync.ids[1]!;
    harness.standin.editElsewhere(harness.id, { business_phone: '2' });
    const [entry] = harness.standin.auditLog;
    const noise = (count: number) => {
      for (let index = 0; index < count; index += 1) {
        const raw = { ...entry!.raw, uri: `/client/v4/organizations/${other}/profile` };
        harness.standin.auditLog.push({ ...entry!, id: `${index} ${count}`, raw });
      }
    };
    noise(250);
    await harness.read();
    await harness.answered(3);
    expect(harness.names).toEqual([ERIKA]);
    harness.standin.editElsewhere(harness.id, { business_phone: '3' });
    noise(350);
    await harness.read();
    await harness.answered(6);
    expect(harness.names).toEqual([null, ERIKA]);
    expect(harness.standin.violations).toEqual([]);
  });

  it('that end before an older change leave its author for another request', async () => {
    const harness = await AuthorsHarness.start();
    const other = harness.sync.ids[1]!;
    harness.open(other);
    await harness.find({ business_phone: '2' });
    const [entry] = harness.standin.auditLog;
    const raw = { ...entry!.raw, uri: `/client/v4/organizations/${other}/profile` };
    harness.sync.clock.advance(30 * 24 * 3_600_000);
    for (let index = 0; index < 350; index += 1) {
      const action = { ...entry!.action, time: new Date(harness.sync.clock.now()).toISOString() };
      harness.standin.auditLog.push({ ...entry!, id: String(index), raw, action });
    }
    harness.sync.clock.advance(1_000);
    await harness.find({ business_phone: '3' });
    harness.sync.sendStatus.opened(harness.id);
    await harness.list();
    await harness.answered(4);
    expect(harness.names).toEqual([null, ERIKA]);
  });
});

describe('a log with a rate limit of its own', () => {
  it('rests for a day, and does not hold back a save', async () => {
    const harness = await AuthorsHarness.start();
    harness.standin.faults.add({ mode: '429-no-retry', match: { path: '/logs/audit' } });
    await harness.find({ business_phone: '2' });
    await harness.answered(1);
    const before = harness.sync.clock.now();
    harness.sync.submit({ business_address: 'new' });
    await harness.sync.until(() => harness.sync.row() === null);
    expect(harness.sync.clock.now() - before).toBeLessThan(60_000);
    await harness.pass(RETRY_MS);
    await harness.read();
    await harness.pass();
    expect(harness.asked).toHaveLength(1);
  });
});

describe('a request that does not reach the log', () => {
  it.each(['reset'] satisfies FaultMode[])('is made again later: %s', async (mode) => {
    const harness = await AuthorsHarness.start();
    harness.standin.faults.add({ mode, match: { path: '/logs/audit' }, times: 1 });
    await harness.find({ business_phone: '2' });
    await harness.answered(1);
    await harness.pass();
    expect(harness.asked).toHaveLength(1);
    await harness.pass(RETRY_MS);
    await harness.answered(2);
    expect(harness.names).toEqual([ERIKA]);
  });

  it('because its key cannot be read is made again later', async () => {
    const harness = await AuthorsHarness.start();
    harness.open(harness.sync.ids[1]);
    await harness.find({ business_phone: '2' });
    const { authorizationOf } = harness.sync;
    let reads = 0;
    harness.sync.authorizationOf = async () => {
      reads += 1;
      return failed('keychain.locked');
    };
    harness.open();
    await harness.sync.until(() => reads === 1, { clock: false });
    harness.sync.authorizationOf = authorizationOf;
    await harness.pass();
    expect(harness.asked).toEqual([]);
    await harness.pass(RETRY_MS);
    await harness.answered(1);
    expect(harness.names).toEqual([ERIKA]);
  });
});
