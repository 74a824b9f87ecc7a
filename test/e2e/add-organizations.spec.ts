/** Adding organizations, from a list of several pages or by ID, and what can go wrong. */
import { describeFailure } from '../../src/shared/messages/describe-failure';
import { createCalls } from '../faults/support/calls';
import { readDisk } from '../faults/support/disk';
import { sampleSignIn, sampleToken } from '../standin';
import { violations } from './support/axe';
import { placesInWindow } from './support/canary';
import { expect, test } from './support/fixtures';
import { answerMessageBoxes, shownMessageBoxes } from './support/native-ui';

/** Listing or adding thousands takes seconds, and longer on a busy machine. */
const SLOW_STEP = { timeout: 60_000 };
const wrongKey = '0123456789abcdef0123456789abcdef01234';

test.describe('a sign-in with many organizations', () => {
  test.use({ standinOptions: { organizations: 2_300 } });

  test('lists all pages, filters, selects all results, and marks what is already added', async ({
    launch,
    standin,
  }) => {
    const { page, letterhead } = await launch();
    await letterhead.openAdd();
    await letterhead.signIn();
    await expect(page.getByRole('checkbox', { name: 'Select all' })).toBeVisible();
    const pages = standin.requests.filter(({ route }) => route === '/organizations');
    expect(pages.length).toBe(3);

    const last = [...standin.organizations.values()].at(-1)!;
    await page.getByRole('searchbox', { name: 'Filter' }).fill(last.name);
    await letterhead.choose([last.name]);
    await expect(letterhead.heading(last.name)).toBeVisible();
    await expect(letterhead.field('business_name')).toHaveValue(last.profile!.business_name);

    // With one sign-in, the choice of it is skipped.
    await letterhead.openAdd();
    await page.getByRole('searchbox', { name: 'Filter' }).fill(last.name);
    await expect(page.getByRole('checkbox', { name: last.name, exact: true })).toBeDisabled();
    await expect(page.getByText('Already in your list').first()).toBeVisible();

    await page.getByRole('searchbox', { name: 'Filter' }).fill('');
    await page.getByRole('checkbox', { name: 'Select all' }).check();
    await letterhead.button('Add selected').click();
    const adding = page.getByRole('region', { name: 'Adding organizations' });
    await expect(adding).toContainText('2,299 organizations were added.');
    // First, because the result also leaves by itself.
    await adding.getByRole('button', { name: 'Close' }).click();
    await expect(adding).toBeHidden();
    await letterhead.expectRows(2_300);
  });
});

test.describe('a sign-in with 12,000 organizations', () => {
  test.use({ standinOptions: { organizations: 12_000 } });
  test.slow();

  test('shows the progress of listing, adds in the background, and can stop both', async ({
    launch,
    standin,
  }) => {
    const { app, page, letterhead } = await launch();
    const selectAll = page.getByRole('checkbox', { name: 'Select all' });
    await letterhead.openAdd();
    const third = standin.hold({ path: '/organizations', nth: 3 });
    await letterhead.signIn();
    await expect(page.getByRole('progressbar', { name: 'Finding organizations' })).toHaveAttribute(
      'aria-valuetext',
      '2,000 of 12,000 found',
    );
    await letterhead.button('Stop').click();
    await expect(page.getByText('Organizations found so far: 2,000.')).toBeVisible();
    third.release();
    expect(await violations(page), 'a list that was stopped').toEqual([]);
    await selectAll.check();
    await expect(page.getByText('2,000 selected')).toBeVisible();
    await letterhead.button('Find the rest').click();
    await expect(selectAll).not.toBeChecked(SLOW_STEP);
    await selectAll.check();
    await expect(page.getByText('12,000 selected')).toBeVisible();

    // However fast the machine is, there is time to open another page and press Stop.
    await app.evaluate(() => {
      const { setImmediate } = globalThis;
      globalThis.setImmediate = Object.assign((...args: Parameters<typeof setImmediate>) => {
        const end = performance.now() + 5;
        while (performance.now() < end);
        return setImmediate(...args);
      }, setImmediate);
    });
    await letterhead.button('Add selected').click();
    const adding = page.getByRole('region', { name: 'Adding organizations' });
    await expect(adding.getByRole('progressbar')).toHaveAttribute('aria-valuetext', /of 12,000/);
    // It continues while the user is on another page.
    await letterhead.button('Settings').click();
    await adding.getByRole('button', { name: 'Stop' }).click();
    const ended = adding.getByText(
      /^[\d,]+ of 12,000 organizations were added\. To add the others/,
    );
    await expect(ended).toBeVisible();
    expect(await violations(page), 'adding that was stopped').toEqual([]);
    const added = (await ended.innerText()).split(' ')[0]!.replaceAll(',', '');
    await letterhead.expectRows(Number(added));
  });
});

test.describe('a sign-in with 4,000 organizations', () => {
  test.use({ standinOptions: { organizations: 4_000 } });

  test('continues adding after a kill', async ({ launch, userData }) => {
    const running = await launch();
    const { page, letterhead } = running;
    await letterhead.openAdd();
    await letterhead.signIn();
    await page.getByRole('checkbox', { name: 'Select all' }).check(SLOW_STEP);
    await expect(page.getByText('4,000 selected')).toBeVisible();
    // Main yields to its event loop after each group of 50, so it ends itself after some of the 80 groups. A kill from
    // outside can come too late: a fast machine has added all of them before the window shows that it began.
    await running.app.evaluate(() => {
      const { setImmediate } = globalThis;
      let turnsLeft = 60;
      globalThis.setImmediate = Object.assign((...args: Parameters<typeof setImmediate>) => {
        turnsLeft -= 1;
        if (turnsLeft === 0) process.kill(process.pid, 'SIGKILL');
        return setImmediate(...args);
      }, setImmediate);
    });
    await Promise.all([running.ended, letterhead.button('Add selected').click()]);
    const added = readDisk(userData).organizations.size;
    expect(added).toBeGreaterThan(0);
    expect(added).toBeLessThan(4_000);

    const again = await launch();
    await again.letterhead.expectRows(4_000, SLOW_STEP);
  });
});

test('the first run with email and key, its mistakes, and its list', async ({
  launch,
  standin,
}) => {
  const [first, second, third] = [...standin.organizations.values()];
  const { page, letterhead } = await launch();

  await test.step('outside the demo there is no sample sign-in', async () => {
    const { value, outcome } = createCalls(page);
    expect(await value('signIns', 'hasSample')).toBe(false);
    expect(await outcome('signIns', 'addSample')).toMatchObject({ ok: false });
    await letterhead.openAdd();
    await expect(letterhead.button('Continue')).toBeVisible();
    await expect(letterhead.button('Use the sample sign-in')).toHaveCount(0);
  });

  await test.step('text that cannot be a key or an email is rejected before anything is sent', async () => {
    const sentCount = (): number =>
      standin.requests.filter(({ headers }) => headers['x-auth-key']).length;

    const rejected: [string, string][] = [
      [sampleToken.value, 'This is an API token, not a Global API Key.'],
      [first!.id, 'This looks like an organization ID.'],
      ['ключ-от-письма', 'A key contains only plain letters'],
      ['', 'Paste the Global API Key'],
    ];
    for (const [key, message] of rejected) {
      await letterhead.signIn({ key });
      await expect(page.getByLabel('Global API Key', { exact: true })).toHaveAccessibleDescription(
        new RegExp(message),
      );
    }
    await letterhead.signIn({ email: 'office at brightwater' });
    await expect(page.getByRole('textbox', { name: 'Account email' })).toHaveAccessibleDescription(
      /This is not an email address/,
    );
    expect(sentCount()).toBe(0);

    const { key } = standin.signIns[0]!;
    await page
      .getByLabel('Global API Key', { exact: true })
      .fill(`Bearer ${key.slice(0, 8)} ${key.slice(8)}`);
    await expect(page.getByText('were removed')).toBeVisible();
  });

  await test.step('a key that Cloudflare calls malformed shows its message', async () => {
    await letterhead.signIn({ key: 'not-in-the-shape-of-a-key' });
    const { what, next } = describeFailure({ code: 'sign-in.malformed-key' });
    await expect(page.getByText(what).first()).toBeVisible();
    await expect(page.getByText(next).first()).toBeVisible();
  });

  await test.step('a sign-in that Cloudflare refuses, or that is offline, shows its own message and can be repeated', async () => {
    for (const [mode, message] of [
      ['400-6003', /Cloudflare (says that this is not|cannot read)/],
      ['400-9106', /did not reach Cloudflare/],
      ['403-9109', /does not allow it to do this/],
      ['403-10000', /refused this sign-in/],
    ] as const) {
      standin.faults.add({ mode, match: { path: '/user' }, times: 5 });
      await letterhead.signIn();
      await expect(page.getByText(message)).toBeVisible();
      standin.faults.clear();
    }
    await standin.goOffline();
    await letterhead.signIn();
    await expect(
      page.getByText('Cloudflare cannot be reached from this computer.').first(),
    ).toBeVisible();
    await standin.goOnline();
  });

  await test.step('a wrong key or email shows a message and stays as typed, and only what was wrong is corrected', async () => {
    const email = page.getByRole('textbox', { name: 'Account email' });
    const key = page.getByLabel('Global API Key', { exact: true });
    const refused = page.getByText('Cloudflare does not recognize this email and key.');
    await letterhead.signIn({ key: wrongKey });
    await expect(refused).toBeVisible();
    await expect(key).toHaveValue(wrongKey);
    await expect(key).toHaveAttribute('type', 'password');

    await letterhead.signIn({ email: 'nobody@brightwater.example' });
    await expect(refused).toBeVisible();
    await expect(email).toBeFocused();
    await email.fill(sampleSignIn.email);
    await page.keyboard.press('Enter');
    await expect(letterhead.button('Add selected')).toBeVisible();
  });

  await test.step('a short list starts with everything selected', async () => {
    for (const { name } of standin.organizations.values()) {
      await expect(page.getByRole('checkbox', { name, exact: true })).toBeChecked();
    }
  });

  await test.step('an organization is found by the pasted address of its page', async () => {
    const address = (id: string) => `https://dash.cloudflare.com/organizations/${id}/overview`;
    await page.getByRole('checkbox', { name: 'Select all' }).uncheck();
    const filter = page.getByRole('searchbox', { name: 'Filter' });
    await filter.fill(address(second!.id));
    await expect(page.getByRole('checkbox', { name: first!.name, exact: true })).toBeHidden();
    // Enter selects the only match, then adds it.
    await filter.press('Enter');
    await expect(page.getByRole('checkbox', { name: second!.name, exact: true })).toBeChecked();
    await filter.press('Enter');
    await expect(letterhead.heading(second!.name)).toBeVisible();

    await letterhead.openAdd();
    await letterhead.button('Add an organization by its ID').click();
    await page.getByRole('textbox', { name: 'Organization ID' }).fill(address(third!.id));
    await page.keyboard.press('Enter');
    await expect(letterhead.heading(third!.name)).toBeVisible();
    await letterhead.expectRows(2);
  });

  await test.step('with one saved sign-in its list opens at once, and another sign-in is one click away', async () => {
    await letterhead.openAdd();
    await expect(letterhead.heading('Choose organizations')).toBeVisible();
    await expect(page.getByRole('checkbox', { name: second!.name, exact: true })).toBeDisabled();
    await letterhead.button('Use another sign-in').click();
    await expect(page.getByRole('radio', { name: 'API token', exact: true })).toBeChecked();
    await letterhead.button('Back').click();
    await expect(page.getByRole('checkbox', { name: second!.name, exact: true })).toBeVisible();
    await letterhead.button('Back').click();
    await expect(letterhead.heading(third!.name)).toBeVisible();
  });
});

test.describe('in the demo', () => {
  const { email, key } = sampleSignIn;
  test.use({ variables: { LETTERHEAD_SAMPLE_SIGN_IN: `${email} ${key}` } });

  test('one click adds the sample sign-in, without a question', async ({ launch, standin }) => {
    const { app, page, letterhead } = await launch();
    await answerMessageBoxes(app, ['Cancel']);
    await letterhead.openAdd();
    await expect(letterhead.button('Use the sample sign-in')).toBeVisible();
    expect(await violations(page)).toEqual([]);
    await letterhead.button('Use the sample sign-in').click();
    await letterhead.button('Add selected').click();
    await letterhead.expectRows(standin.organizations.size);
    expect(await shownMessageBoxes(app)).toEqual([]);
    expect(await placesInWindow(page, key)).toEqual([]);
    await letterhead.openSettings('Sign-ins');
    await expect(page.getByRole('group', { name: 'Sample sign-in' })).toContainText(email);
  });
});

test.describe('where Organizations are not enabled', () => {
  test.use({ standinOptions: { organizationsEnabled: false, organizations: 3 } });

  test('says so, and adding by ID works, with errors next to the field', async ({
    launch,
    standin,
  }) => {
    const [first, second] = [...standin.organizations.values()];
    const { page, letterhead } = await launch();
    await letterhead.openAdd();
    await letterhead.signIn();
    await expect(page.getByText('Cloudflare has not enabled Organizations')).toBeVisible();

    const box = page.getByRole('textbox', { name: 'Organization ID' });
    const add = async (id: string): Promise<void> => {
      await box.fill(id);
      await letterhead.button('Add by ID').click();
    };
    await add('not an id');
    await expect(box).toHaveAccessibleDescription(/This is not an organization ID/);
    await add('0'.repeat(32));
    await expect(box).toHaveAccessibleDescription(/has no organization|not allowed to open/);
    await add(` ${first!.id.toUpperCase()} `);
    await expect(letterhead.heading(first!.name)).toBeVisible();

    await letterhead.openAdd();
    await add(first!.id);
    await expect(box).toHaveAccessibleDescription(/already in your list/);
    standin.settings.unknownOrganization = 403;
    standin.removeOrganization(second!.id);
    await add(second!.id);
    await expect(box).toHaveAccessibleDescription(/not allowed to open/);
  });
});
