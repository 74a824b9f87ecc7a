/**
 * Causes every failure that a fault can cause and reads its message in the window. One app holds them all:
 * each failure has its own organization with its own sign-in.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { FAILURES, recoveryOf, type Failure, type FailureCode } from '../../src/shared/failure';
import { describeFailure } from '../../src/shared/messages/describe-failure';
import { needsKey } from '../../src/renderer/ui/key-failure-text';
import {
  faultModes,
  type KeySignIn,
  type FaultMode,
  type OrganizationState,
  type Standin,
} from '../standin';
import { endOf } from '../faults/matrix/expected';
import { createCalls } from '../faults/support/calls';
import { useAppLocale } from './support/app-locale';
import { expect, test } from './support/fixtures';
import { appUser } from './support/packaged';
import { FAILURE_COVERAGE, type Cause, type Coverage } from './support/failure-coverage';

type PageCoverage = Extract<Coverage, { page: Cause }>;

/** Failures with a page that Cloudflare names. */
const EXPLAINED: ReadonlySet<FailureCode> = new Set<FailureCode>([
  'cloudflare.unavailable',
  'organization.forbidden',
  'profile.refused',
]);

const isOffline = ({ page }: PageCoverage): boolean => page === 'the network is down';

const onPages = Object.entries(FAILURE_COVERAGE)
  .filter((entry): entry is [FailureCode, PageCoverage] => 'page' in entry[1])
  .map(([code, coverage]) => ({ code, coverage }))
  // Going offline comes last, because it affects all cases.
  .sort((one, other) => Number(isOffline(one.coverage)) - Number(isOffline(other.coverage)));

const hex = (seed: string, length: number): string =>
  createHash('sha256').update(seed).digest('hex').slice(0, length);
const signIns: KeySignIn[] = onPages.map(({ code }) => ({
  email: `${code.replaceAll('.', '-')}@brightwater.example`,
  key: hex(`key for ${code}`, 37),
  userId: hex(`user for ${code}`, 32),
}));

test('every failure that a fault of the stand-in causes during a send is covered on a page', () => {
  for (const mode of faultModes) {
    for (const request of ['copy', 'write', 'sign-in'] as const) {
      const code = endOf(mode, request, 'key');
      if (code !== 'fine')
        expect(FAILURE_COVERAGE[code], `${mode}: ${code}`).toHaveProperty('page');
      // Those of a token have files of their own.
      const withToken = endOf(mode, request, 'token');
      if (withToken !== 'fine') expect(FAILURE_COVERAGE).toHaveProperty([withToken]);
    }
  }
});

test('every failure message is tested somewhere, or has a reason why not', () => {
  expect(Object.keys(FAILURE_COVERAGE).sort()).toEqual(Object.keys(FAILURES).sort());
  for (const [code, coverage] of Object.entries(FAILURE_COVERAGE)) {
    if (!('file' in coverage)) continue;
    const source = existsSync(coverage.file) ? readFileSync(coverage.file, 'utf8') : '';
    expect(source.includes(coverage.text), `${code} in ${coverage.file}`).toBe(true);
  }
});

interface FailureCase {
  code: FailureCode;
  coverage: PageCoverage;
  organization: OrganizationState;
  userId: string;
}

/** The organization of each failure, which an earlier run has saved an hour back with a sign-in of its own. */
function setUp(standin: Standin, userData: string): FailureCase[] {
  // The app treats a refusal right after adding an organization as temporary.
  const database = new DatabaseSync(join(userData, 'letterhead.db'));
  database.exec('UPDATE organization SET added_at = added_at - 3600000');
  database.close();
  const organizations = [...standin.organizations.values()];
  return onPages.map(({ code, coverage }, index) => ({
    code,
    coverage,
    organization: organizations[index]!,
    userId: signIns[index]!.userId,
  }));
}

/**
 * Makes all requests of this case's user fail. Adds the fault for one request at a time, so no other user is
 * hit.
 */
function injectFault(standin: Standin, { coverage, organization, userId }: FailureCase): void {
  const { id } = organization;
  switch (coverage.page) {
    case 'the organization is gone':
      return standin.removeOrganization(id);
    case 'the profile is gone':
      return standin.setProfile(id, null);
    case 'someone changed the same field':
      return standin.setProfile(id, { business_phone: 'theirs' });
    case 'the network is down':
      return;
  }
  const isForbidden = coverage.page === 'the organization is forbidden';
  const mode = isForbidden ? '403-10000-forbidden' : (coverage.page as FaultMode);
  standin.beforeAnswer({}, (request) => {
    if (request.userId !== userId || (isForbidden && request.route === '/user')) return;
    const remove = standin.faults.add({ mode });
    setImmediate(remove);
  });
}

/** The message that the page must show for a change with this failure. */
function expectedMessage(failure: Failure, { text }: PageCoverage): string {
  if (text) return text;
  const { what, next } = describeFailure(failure, {
    retries: recoveryOf(failure.code) === 'automatic',
  });
  return needsKey(failure) ? what : `${what} ${next}`;
}

/** A packaged app waits 30 s for a stalled answer instead of 4 s, so what follows may take longer, too. */
const afterStalls = appUser ? { timeout: (20_000 * 30) / 4 } : {};

test.describe('on the organization page', () => {
  test.use({
    standinOptions: { organizations: onPages.length, signIns },
    variables: { LETTERHEAD_TIME_LIMIT_MS: '4000' },
  });

  test('every failure shows what happened and what to do', async ({
    launch,
    seed,
    standin,
    userData,
  }) => {
    seed();
    const cases = setUp(standin, userData);
    const { page, letterhead } = await launch();
    const calls = createCalls(page);
    // The expected messages are formatted here, so they need the locale of the app.
    await useAppLocale(page);
    for (const failureCase of cases) {
      const { code, coverage, organization } = failureCase;
      const entryId = organization.id;
      const view = await calls.value('organizations', 'open', { entryId });
      const base = view.profile?.fields?.business_phone ?? '';
      injectFault(standin, failureCase);
      if (isOffline(coverage)) await standin.goOffline();
      const edits = { business_phone: { base, text: `mine ${code}` } };
      const number = view.editNumber + 1;
      await calls.value('changes', 'submit', { entryId, edits, number });
      const failure = async (): Promise<Failure | null> =>
        (await calls.value('organizations', 'open', { entryId })).change?.failure ?? null;
      await expect
        .poll(async () => (await failure())?.code, { message: coverage.page, ...afterStalls })
        .toBe(code);

      await letterhead.open(organization.name);
      const message = expectedMessage((await failure())!, coverage);
      const { what } = describeFailure({ code });
      // What is wrong with the keychain may stand above the page, with the button that ends it. The reason stands once.
      const issues = page.getByRole('region', { name: letterhead.messages.sign_ins_region() });
      const above = issues.locator('.notice').filter({ hasText: what });
      const reason = letterhead.status.filter({ hasText: message }).or(above);
      await expect(reason, code).toHaveCount(1);
      if (await above.isVisible()) await expect(above.getByRole('button').first()).toBeVisible();
      else if (needsKey({ code })) {
        const replace = page
          .locator('.dock')
          .getByRole('button', { name: /^Replace (key|token)$/ });
        await expect(replace, code).toBeVisible();
      }
      const learnMore = page.getByRole('button', { name: letterhead.messages.common_learn_more() });
      await expect(learnMore, code).toHaveCount(EXPLAINED.has(code) ? 1 : 0);
      await expect(letterhead.field('business_phone')).toHaveValue(`mine ${code}`);
    }
    expect(standin.strayRequests).toEqual([]);
  });
});
