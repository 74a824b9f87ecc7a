/** The details for support: the dialog shows the full text, and main copies it. */
import { render, screen, within } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import SupportHost from '../../../src/renderer/features/support/SupportHost.svelte';
import { failed, success } from '../../../src/shared/result';
import { FakeApi } from '../fake-api';

async function open(fake: FakeApi) {
  const { context } = fake.state();
  render(SupportHost, { context });
  expect(screen.queryByRole('dialog')).toBeNull();
  fake.emit('menuCommand', { command: 'support' });
  const dialog = await screen.findByRole('dialog', { name: 'Details for support' });
  const box = within(dialog).getByRole<HTMLTextAreaElement>('textbox', {
    name: 'What will be copied',
  });
  const press = (name: string) => userEvent.click(within(dialog).getByRole('button', { name }));
  return { dialog, box, press };
}

const withDetails = () =>
  new FakeApi().answer('support', 'supportDetails', () => success({ text: 'a\nb' }));

it('opens from the menu, shows the text read-only, copies it and closes', async () => {
  const fake = withDetails().answer('support', 'copySupportDetails', () => success(null));
  const { dialog, box, press } = await open(fake);
  await expect.poll(() => box.value).toBe('a\nb');
  expect(box.readOnly).toBe(true);
  expect(within(dialog).queryByText('Copied', { exact: true })).toBeNull();
  await press('Copy');
  await within(dialog).findByText('Copied', { exact: true });
  expect(fake.requests('support.copySupportDetails')).toEqual([null]);
  await press('Close');
  expect(screen.queryByRole('dialog')).toBeNull();
});

it('does not show Copied when copying failed', async () => {
  const fake = withDetails().answer('support', 'copySupportDetails', () =>
    failed('app.unexpected'),
  );
  const { dialog, box, press } = await open(fake);
  await expect.poll(() => box.value).toBe('a\nb');
  await press('Copy');
  await within(dialog).findByRole('alert');
  expect(within(dialog).queryByText('Copied', { exact: true })).toBeNull();
});

it('shows why there are no details, and copies nothing', async () => {
  const fake = new FakeApi().answer('support', 'supportDetails', () => failed('app.unexpected'));
  const { dialog, press } = await open(fake);
  await within(dialog).findByRole('alert');
  await press('Copy');
  expect(fake.requests('support.copySupportDetails')).toEqual([]);
});
