/**
 * Each failure that a fault can cause says its sentence in the real window. One app, and an organization
 * with a sign-in of its own for each failure, so that all of them stand there at the same time.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { DatabaseSync } from '@photostructure/sqlite';
import { FAILURES, recoveryOf, type Failure, type FailureCode } from '../../src/shared/failure';
import { describeFailure } from '../../src/shared/messages/describe-failure';
import { speakAs } from '../../src/shared/messages/locale';
import { newKeyText } from '../../src/renderer/ui/new-key';
import {
  faultModes,
  type Credential,
  type FaultMode,
  type OrganizationState,
  type Standin,
} from '../standin';
import { selfSigned } from '../standin/self-signed';
import { endOf } from '../faults/matrix/expected';
import { createCalls } from '../faults/support/calls';
import { expect, test } from './support/fixtures';
import { appUser } from './support/packaged';
import type { RunningApp } from './support/start';
import { FAILURE_COVERAGE, type Cause, type Where } from './support/failure-coverage';

type PageWhere = Extract<Where, { page: Cause }>;

const onPages = Object.entries(FAILURE_COVERAGE)
  .filter((entry): entry is [FailureCode, PageWhere] => 'page' in entry[1])
  .map(([code, where]) => ({ code, where }))
  // The line is cut last: it is one for all.
  .sort(
    (one, other) =>
      Number(one.where.page === 'the line is cut') - Number(other.where.page === 'the line is cut'),
  );

const hex = (seed: string, length: number): string =>
  createHash('sha256').update(seed).digest('hex').slice(0, length);
const credentials: Credential[] = onPages.map(({ code }) => ({
  email: `${code.replaceAll('.', '-')}@brightwater.example`,
  key: hex(`key for ${code}`, 37),
  userId: hex(`user for ${code}`, 32),
}));

test('every failure of a send that a fault of the stand-in causes is read on a page', () => {
  for (const mode of faultModes) {
    for (const asked of ['copy', 'write', 'user'] as const) {
      const code = endOf(mode, asked);
      if (code !== 'fine')
        expect(FAILURE_COVERAGE[code], `${mode}: ${code}`).toHaveProperty('page');
    }
  }
});

test('every failure is read somewhere, or there is a reason why not', () => {
  expect(Object.keys(FAILURE_COVERAGE).sort()).toEqual(Object.keys(FAILURES).sort());
  for (const [code, where] of Object.entries(FAILURE_COVERAGE)) {
    if (!('file' in where)) continue;
    const text = existsSync(where.file) ? readFileSync(where.file, 'utf8') : '';
    expect(text.includes(where.words), `${code} in ${where.file}`).toBe(true);
  }
});

interface One {
  code: FailureCode;
  where: PageWhere;
  organization: OrganizationState;
  userId: string;
}

/** Adds a sign-in and an organization for each, and lets them be there for a while. */
async function setUp(running: RunningApp, standin: Standin, userData: string): Promise<One[]> {
  const organizations = [...standin.organizations.values()];
  const calls = createCalls(running.page);
  const all: One[] = [];
  for (const [place, { code, where }] of onPages.entries()) {
    const { email, key, userId } = credentials[place]!;
    const organization = organizations[place]!;
    const typed = { label: code, email, key, keep: 'keychain' } as const;
    const { signInId } = await calls.value('signIns', 'add', typed);
    await calls.value('organizations', 'addById', { signInId, id: organization.id });
    all.push({ code, where, organization, userId });
  }
  await running.close();
  // A refusal just after an organization was added is a matter of a moment.
  const database = new DatabaseSync(join(userData, 'letterhead.db'));
  database.exec('UPDATE organization SET added_at = added_at - 3600000');
  database.close();
  return all;
}

/** Lets every request about this one meet its cause. Decided per request, not by a standing rule. */
function cause(standin: Standin, { where, organization, userId }: One): void {
  const { id } = organization;
  switch (where.page) {
    case 'the organization is gone':
      return standin.removeOrganization(id);
    case 'the profile is gone':
      return standin.setProfile(id, null);
    case 'somebody wrote the same field':
      return standin.setProfile(id, { business_phone: 'theirs' });
    case 'the line is cut':
      return;
  }
  const whole = where.page !== 'nothing of this organization is allowed';
  const mode = whole ? (where.page as FaultMode) : '403-10000';
  standin.beforeAnswer({}, (request) => {
    if (request.userId !== userId || (!whole && request.route === '/user')) return;
    const remove = standin.faults.add({ mode });
    setImmediate(remove);
  });
}

/** The sentence a person must read about a change that met this failure. */
function sentence(failure: Failure, { words }: PageWhere): string {
  if (words) return words;
  const { what, next } = describeFailure(failure, {
    retries: recoveryOf(failure.code) === 'itself',
  });
  return `${what} ${newKeyText(failure) || next}`.trim();
}

/** A packaged app waits 30 s for an answer that stalls, not 4: as many times longer may what comes after. */
const afterStalls = appUser ? { timeout: (20_000 * 30) / 4 } : {};

test.describe('on its page', () => {
  test.use({
    standinOptions: { organizations: onPages.length, credentials },
    variables: { LETTERHEAD_TIME_LIMIT_MS: '4000' },
  });

  test('every failure says what happened and what to do', async ({ launch, standin, userData }) => {
    const all = await setUp(await launch(), standin, userData);
    const { page, letterhead } = await launch();
    // The sentence is made here and there: with the formats this computer's language has.
    const spoken = await createCalls(page).value('app', 'locale');
    speakAs(() => spoken);
    const calls = createCalls(page);
    for (const one of all) {
      const { code, where, organization } = one;
      const asked = { organizationId: organization.id };
      const seen = await calls.value('organizations', 'open', asked);
      const base = seen.profile?.fields?.business_phone ?? '';
      cause(standin, one);
      if (where.page === 'the line is cut') await standin.goOffline();
      const edits = { business_phone: { base, text: `mine ${code}` } };
      const number = seen.draftNumber + 1;
      await calls.value('changes', 'submit', { ...asked, edits, number });
      const failure = async (): Promise<Failure | null> =>
        (await calls.value('organizations', 'open', asked)).change?.failure ?? null;
      await expect
        .poll(async () => (await failure())?.code, { message: where.page, ...afterStalls })
        .toBe(code);

      await letterhead.open(organization.name);
      const words = sentence((await failure())!, where);
      await expect(letterhead.status, code).toContainText(words);
      await expect(letterhead.field('Business phone')).toHaveValue(`mine ${code}`);
    }
    expect(standin.strayRequests).toEqual([]);
  });
});

/** What a person reads below the fields when a sign-in cannot be added. */
async function expectSaid({ page }: RunningApp, code: FailureCode): Promise<void> {
  const { what, next } = describeFailure({ code });
  await expect(page.getByText(what).first()).toBeVisible();
  await expect(page.getByText(next).first()).toBeVisible();
}

test.describe('where a sign-in is added', () => {
  test('what Cloudflare does not take for a key is said', async ({ launch }) => {
    const running = await launch();
    await running.letterhead.openAdd();
    await running.letterhead.signIn({ key: 'not-in-the-shape-of-a-key' });
    await expectSaid(running, 'sign-in.malformed-key');
  });

  test.describe('on a network that opens every connection', () => {
    test.use({ standinOptions: { tls: selfSigned() } });

    test('nothing is sent, and it says why', async ({ launch, standin }) => {
      const running = await launch();
      await running.letterhead.openAdd();
      await running.letterhead.signIn();
      await expectSaid(running, 'network.certificate');
      expect(standin.requests).toEqual([]);
    });
  });

  // It is the stand-in's address that is a proxy here, and a packaged app takes no such address.
  if (!appUser) {
    test.describe('behind a proxy that asks for a name and password', () => {
      const proxy = createServer((_, response) => {
        response.writeHead(407, { 'proxy-authenticate': 'Basic realm="office"' }).end();
      });
      test.beforeAll(async () => {
        await new Promise<void>((listening) => proxy.listen(0, '127.0.0.1', listening));
      });
      test.afterAll(() => void proxy.close());
      test.use({
        variables: async ({ browserName: _ }, use) => {
          const { port } = proxy.address() as AddressInfo;
          await use({ LETTERHEAD_API_URL: `http://127.0.0.1:${port}/client/v4` });
        },
      });

      test('it says whom to ask', async ({ launch }) => {
        const running = await launch();
        await running.letterhead.openAdd();
        await running.letterhead.signIn();
        await expectSaid(running, 'network.proxy-sign-in');
      });
    });
  }
});
