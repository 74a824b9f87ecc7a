/** The chips above the rows of the table. */
import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import { TableState, TableView } from '../../../src/renderer/features/table';
import { FakeApi } from '../fake-api';
import { rows } from '../samples';

const chips = () => screen.queryAllByRole('button', { name: /^Remove/ });

it('shows the order that the table has, and no other, above its rows', async () => {
  const { state, context } = await new FakeApi().setRows(rows(3)).loadedState();
  state.organizations.query.order = 'changed';
  const table = new TableState(state.api);
  render(TableView, { props: { table }, context });
  await screen.findByText('Most recently changed first');
  expect(chips()).toHaveLength(1);
  expect(screen.queryByText('Most recently checked first')).toBeNull();
  table.setOrder('checked');
  await screen.findByText('Most recently checked first');
  expect(chips()).toHaveLength(1);
  await userEvent.click(chips()[0]!);
  await waitFor(() => expect(chips()).toEqual([]));
  expect([table.order, state.organizations.query.order]).toEqual(['query', 'name']);
});
