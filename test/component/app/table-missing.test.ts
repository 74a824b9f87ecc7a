/** The code of the table cannot be loaded. */
import { render, screen, waitFor } from '@testing-library/svelte';
import { expect, it, vi } from 'vitest';
import '../../../src/renderer/screens';
import App from '../../../src/renderer/App.svelte';
import { FakeApi } from '../fake-api';
import { row } from '../samples';

vi.mock('../../../src/renderer/features/table', () => {
  throw new Error('no such file');
});

it('leaves the list on screen, says so, and offers to try again', async () => {
  const fake = new FakeApi().setRows([row(1, 'Albrecht')]);
  const { state, context } = fake.state();
  render(App, { context });
  await state.load();
  await screen.findByRole('option', { name: /^Albrecht/ });
  state.navigation.view = 'table';
  await screen.findByRole('button', { name: 'Try again' });
  await waitFor(() =>
    expect(screen.getByRole<HTMLInputElement>('radio', { name: 'List' }).checked).toBe(true),
  );
  expect(screen.getByRole('option', { name: /^Albrecht/ })).toBeTruthy();
});
