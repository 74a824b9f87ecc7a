/** Editing a profile: drafts, saving, and Cloudflare's answers. */
import { expect, test } from './support/fixtures';
import { captureOpened } from './support/native-ui';
import { openRefreshed } from './support/relaunch';

test.use({ standinOptions: { organizations: 9 } });

test('drafts, saves, and what Cloudflare answers', async ({
  launch,
  seed,
  standin,
  nextOrganization,
}) => {
  const first = nextOrganization();
  const second = nextOrganization();
  const empty = nextOrganization();
  standin.setProfile(empty.id, null);
  const unusual = nextOrganization();
  const odd = {
    business_address: ' Hinterhaus\r\nLindenufer 7a\r\n',
    external_metadata: '{"a":1 }\n',
  };
  standin.setProfile(unusual.id, odd);
  standin.setExtraFields(unusual.id, { billing_code: 'X-1', nested: { keep: [1, 2] } });
  seed();
  let last = await launch();

  await test.step('a draft survives kill -9 and is not sent, nor is text typed just before the window closes', async () => {
    const running = last;
    await running.letterhead.openProfile(first);
    await running.letterhead.field('business_email').press('End');
    await running.page.keyboard.type('.new');
    await expect(running.page.getByText('1 field edited, saved on this computer')).toBeVisible();
    await running.kill();

    const again = await launch();
    await again.letterhead.open(first.name);
    await expect(again.letterhead.field('business_email')).toHaveValue(
      `${first.profile!.business_email}.new`,
    );
    await again.letterhead.button('Discard changes').click();
    await expect(again.letterhead.field('business_email')).toHaveValue(
      first.profile!.business_email,
    );
    await again.letterhead.openProfile(second);
    await again.letterhead.field('business_phone').fill('+1 555 0100');
    await again.close();

    last = await launch();
    await last.letterhead.open(second.name);
    await expect(last.letterhead.field('business_phone')).toHaveValue('+1 555 0100');
    expect(standin.requests.filter(({ method }) => method === 'PUT')).toEqual([]);
  });

  const { app, page, letterhead } = last;

  await test.step('an organization without a profile has an empty form that creates one', async () => {
    await letterhead.open(empty.name);
    await expect(
      page.getByText('No profile yet. Fill it in, then review and save it.'),
    ).toBeVisible();
    await expect(letterhead.field('business_name')).toHaveValue('');
    await letterhead.saveField('business_name', 'Brightwater Ltd');
    await letterhead.expectSaved();
    expect(standin.profileOf(empty.id)).toEqual({
      business_name: 'Brightwater Ltd',
      business_email: '',
      business_phone: '',
      business_address: '',
      external_metadata: '',
    });
  });

  await test.step('untouched fields are sent back byte for byte, including unknown ones', async () => {
    standin.requests.length = 0;
    await letterhead.open(unusual.name);
    await expect(letterhead.field('business_address')).toHaveValue(' Hinterhaus\nLindenufer 7a\n');
    await letterhead.saveField('business_phone', '+44 1');
    await letterhead.expectSaved();
    expect(standin.profileOf(unusual.id)).toEqual({
      ...unusual.profile,
      ...odd,
      business_phone: '+44 1',
    });
    const put = standin.requests.find(({ method }) => method === 'PUT');
    expect(JSON.parse(put!.body)).toMatchObject({ billing_code: 'X-1', nested: { keep: [1, 2] } });
  });

  await test.step('shows both texts when Cloudflare stored something else, which can be accepted', async () => {
    const first = nextOrganization();
    standin.faults.add({ mode: 'stores-differently', match: { method: 'PUT' }, times: 1 });
    await letterhead.openProfile(first);
    await letterhead.saveField('business_phone', '  +44 20 7946 0999 ext');
    await expect(letterhead.status).toContainText('Cloudflare stored something else');
    const stored = standin.profileOf(first.id)!.business_phone;
    expect(stored).not.toBe('  +44 20 7946 0999 ext');
    await expect(page.getByText(stored, { exact: true }).first()).toBeVisible();
    await letterhead.button('Accept as stored').click();
    await expect(letterhead.field('business_phone')).toHaveValue(stored);
    await expect(letterhead.button('Accept as stored')).toHaveCount(0);
  });

  await test.step('shows an error next to the field it names, and the rest in Details', async () => {
    const first = nextOrganization();
    standin.faults.add({ mode: 'validation-error', match: { method: 'PUT' }, times: 1 });
    await letterhead.openProfile(first);
    await letterhead.saveField('business_email', 'office@brightwater');
    await expect(letterhead.status).toContainText('Not saved');
    await expect(letterhead.field('business_email')).toHaveAccessibleDescription(
      /Cloudflare says: “Business email must be/,
    );
    await expect(letterhead.field('business_email')).toHaveValue('office@brightwater');
    await letterhead.button('Details').click();
    await expect(page.getByText('Learn more').first()).toBeVisible();
    // Both stand on one line, in one size.
    const texts = await Promise.all(
      ['Details', 'Learn more'].map((name) =>
        letterhead
          .button(name)
          .first()
          .evaluate((button) => {
            const range = document.createRange();
            range.selectNode(
              [...button.childNodes].find(
                ({ nodeName, textContent }) => nodeName === '#text' && textContent?.trim(),
              )!,
            );
            const { bottom, height } = range.getBoundingClientRect();
            return { bottom, height };
          }),
      ),
    );
    expect(texts[1]).toEqual(texts[0]);

    await letterhead.field('business_email').fill('office@brightwater.example');
    await letterhead.saveField('business_phone', '+44 20 7946 0001');
    await letterhead.expectSaved();
  });

  await test.step('a remote change of another field survives saving and is shown', async () => {
    const first = nextOrganization();
    await openRefreshed(letterhead, standin, first);
    await letterhead.field('business_phone').fill('+44 mine');
    standin.setProfile(first.id, { business_email: 'new@brightwater.example' });
    await letterhead.save();
    await letterhead.expectSaved();
    await expect(letterhead.status).toContainText('Also updated at Cloudflare: Business email');
    await expect(letterhead.field('business_email')).toHaveValue('new@brightwater.example');
  });

  await test.step('messages of a successful answer are in Details, with a link to learn more', async () => {
    const first = nextOrganization();
    await letterhead.openProfile(first);
    standin.faults.add({ mode: 'success-messages', match: { method: 'PUT' }, times: 1 });
    await letterhead.saveField('business_phone', '+44 20 7946 0444');
    await letterhead.expectSaved();
    await letterhead.button('Details').click();

    const opened = await captureOpened(app);
    await letterhead.button('This endpoint is in public beta and may change.').click();
    await expect
      .poll(opened)
      .toEqual([expect.stringMatching(/^https:\/\/developers\.cloudflare\.com\//)]);
  });

  await test.step('a press on Save changes counts although the app notices between down and up that it is offline', async () => {
    const first = nextOrganization();
    // The refresh on open.
    const hold = standin.hold({ method: 'GET', path: `/organizations/${first.id}/profile` });
    await letterhead.openProfile(first);
    await hold.arrived;
    await letterhead.field('business_phone').fill('+1 555 0100');
    const dialog = await letterhead.review();
    const button = dialog.getByRole('button', { name: 'Save changes' });
    const { x, y, width, height } = (await button.boundingBox())!;
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await standin.goOffline();
    hold.release();
    await expect(dialog).toContainText('Cloudflare is not answering right now.');
    await page.mouse.up();
    await expect(dialog).toBeHidden();
    await letterhead.expectWaiting();
  });
});
