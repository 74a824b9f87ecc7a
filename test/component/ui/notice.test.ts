/** A failure notice: a plain message, and details for support that can be expanded. */
import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import Notice from '../../../src/renderer/ui/Notice.svelte';
import type { Failure } from '../../../src/shared/failure';
import { success } from '../../../src/shared/result';
import { FakeApi } from '../fake-api';

const LINK = 'https://developers.cloudflare.com/api/';
const failure: Failure = {
  code: 'sign-in.unknown',
  status: 403,
  ray: '8f3a2b1c0d9e-FRA',
  errors: [
    { code: 9103, message: 'Unknown X-Auth-Key or X-Auth-Email', field: null, link: LINK },
    { code: null, message: 'Second', field: 'business_email', link: null },
  ],
};

function show(props: Record<string, unknown>) {
  const fake = new FakeApi().answer('app', 'openLink', () => success(null));
  render(Notice, { props, context: fake.state().context });
  return fake;
}

it('shows what happened, what to do and where to learn more, but codes only after Details is opened', async () => {
  const fake = show({ failure, announce: true });
  const notice = screen.getByRole('alert');
  expect(notice.textContent).toContain('Cloudflare does not recognize this email and key.');
  await userEvent.click(screen.getByRole('button', { name: 'Learn more' }));
  expect(fake.requests('app.openLink')).toEqual([{ url: LINK }]);

  const details = screen.getByRole('button', { name: 'Details', expanded: false });
  await userEvent.click(details);
  expect(details.getAttribute('aria-expanded')).toBe('true');
  const panel = document.getElementById(details.getAttribute('aria-controls') ?? '');
  expect(panel?.hidden).toBe(false);
  for (const text of [
    'sign-in.unknown',
    '403',
    '8f3a2b1c0d9e-FRA',
    'Code 9103',
    'Field: Business email',
  ]) {
    expect(panel?.textContent).toContain(text);
  }
  // It stands once.
  expect(screen.getAllByRole('button', { name: 'Learn more' })).toHaveLength(1);
});

it('makes the text of a message its link where a Learn more is above it', async () => {
  const link = 'https://developers.cloudflare.com/changelog/';
  const message = { code: 1100, message: 'This endpoint may change.', field: null, link };
  const fake = show({ failure: { ...failure, messages: [message] } });
  await userEvent.click(screen.getByRole('button', { name: 'Details' }));
  expect(screen.getAllByRole('button', { name: 'Learn more' })).toHaveLength(1);
  await userEvent.click(screen.getByRole('button', { name: 'This endpoint may change.' }));
  expect(fake.requests('app.openLink')).toEqual([{ url: link }]);
});

it('shows each link once, also where the failure itself has none', async () => {
  const notice = (message: string, page: string) => ({
    code: null,
    message,
    field: null,
    link: `https://developers.cloudflare.com/${page}/`,
  });
  show({
    failure: {
      code: 'profile.refused',
      errors: [{ code: null, message: 'Refused.', field: null, link: null }],
      messages: [notice('One.', 'one'), notice('Again one.', 'one'), notice('Two.', 'two')],
    },
  });
  await userEvent.click(screen.getByRole('button', { name: 'Details' }));
  screen.getByRole('button', { name: 'One.' });
  screen.getByText('Again one.');
  screen.getByRole('button', { name: 'Two.' });
  expect(screen.queryByRole('button', { name: 'Again one.' })).toBeNull();
  expect(screen.queryByRole('button', { name: 'Learn more' })).toBeNull();
});

it('is not announced unless requested, and has no Details without a failure', () => {
  show({ kind: 'info', title: 'Nothing here yet.' });
  expect(screen.queryByRole('alert')).toBeNull();
  expect(screen.queryByRole('button', { name: 'Details' })).toBeNull();
});
