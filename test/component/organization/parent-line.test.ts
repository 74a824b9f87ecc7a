/** What the header of a page says about the organizations above an entry. */
import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';
import { expect, it } from 'vitest';
import ParentLine from '../../../src/renderer/features/organization/ParentLine.svelte';
import type { OrganizationView } from '../../../src/shared/organization';
import { FakeApi } from '../fake-api';
import { id, row, view } from '../samples';

const NORTH = { id: id(2), name: 'North' };

async function show(more: Partial<OrganizationView>, isSaved = true) {
  const fake = new FakeApi();
  fake.list.parents.set(id(2), { id: id(1), name: 'Zeta Holding' }).set(id(3), NORTH);
  fake.setRows([row(3, 'Aachen'), ...(isSaved ? [row(2, 'North')] : [])]);
  const { state, context } = await fake.loadedState();
  const { container } = render(ParentLine, {
    props: { view: { ...view(3, 'Aachen'), ...more } },
    context,
  });
  const text = () => container.textContent.replace(/\s+/g, ' ').trim();
  return { fake, state, text };
}

it('says what an organization is part of, and opens its parent', async () => {
  const { state, text } = await show({ parent: NORTH });
  await waitFor(() => expect(text()).toBe('Part of Zeta Holding › North'));
  await userEvent.click(screen.getByRole('button', { name: 'North' }));
  expect([state.open.id, state.navigation.screen]).toEqual([NORTH.id, 'organization']);
});

it('names a parent that is not saved, without a button, until it is', async () => {
  const { fake, text } = await show({ parent: NORTH }, false);
  expect(text()).toBe('Part of North');
  expect(screen.queryByRole('button')).toBeNull();
  fake.list.upsert(row(2, 'North'));
  await screen.findByRole('button', { name: 'North' });
});

it('does not repeat the organization behind an account, which the heading names', async () => {
  const { text, fake } = await show({ kind: 'account', parent: NORTH }, false);
  await waitFor(() => expect(fake.requests('organizations.rows')).toHaveLength(1));
  await tick();
  expect(text()).toBe('');
});

it('leads from an account to the organization behind it if that is saved', async () => {
  const { text } = await show({ kind: 'account', parent: NORTH });
  await waitFor(() => expect(text()).toBe('Part of Zeta Holding › North'));
  screen.getByRole('button', { name: 'North' });
});

it.each([null, { ...NORTH, name: '' }])(
  'says that an account shows the profile of its organization where the heading cannot: %j',
  async (parent) => {
    const { text } = await show({ kind: 'account', parent });
    expect(text()).toBe('Profile of its organization');
  },
);

it('says nothing where nothing is known', async () => {
  const { text } = await show({});
  expect(text()).toBe('');
});
