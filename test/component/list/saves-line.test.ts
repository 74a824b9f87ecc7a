/** The running saves in the footer of the sidebar. */
import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it } from 'vitest';
import SavesLine from '../../../src/renderer/features/list/SavesLine.svelte';
import { success } from '../../../src/shared/result';
import type { Save } from '../../../src/shared/saves';
import { sampleSave } from '../changes/pending-samples';
import { textOf } from '../dom';
import { FakeApi } from '../fake-api';

async function show(saves: Save[]) {
  const fake = new FakeApi().answer('saves', 'list', () => success(saves));
  const { state, context } = await fake.loadedState();
  const { container } = render(SavesLine, { context });
  const announced = () => textOf(container.querySelector<HTMLElement>('[aria-live]')!);
  return { fake, state, announced };
}

it('says how many are saved of all running saves, and opens Changes', async () => {
  const ended = sampleSave({ id: 'save-3', state: 'ended', waiting: 0, done: 10 });
  const { state } = await show([
    sampleSave({ total: 20, done: 15 }),
    sampleSave({ id: 'save-2', total: 6, done: 3, state: 'paused' }),
    { ...ended, closed: true },
  ]);
  await userEvent.click(screen.getByRole('button', { name: 'Saving 18 of 26' }));
  expect(state.navigation.screen).toBe('changes');
});

it('says that all saves are paused, and announces pauses and ends only', async () => {
  const { fake, announced } = await show([sampleSave()]);
  expect(announced()).toBe('');
  fake.emit('savesChanged', [sampleSave({ state: 'paused' })]);
  const button = await screen.findByRole('button', { name: 'Saving paused' });
  expect(button.title).toBe('2 of 10 saved. Resume or cancel it under Changes.');
  expect(announced()).toBe('Saving paused: 2 of 10 saved');
  fake.emit('savesChanged', [sampleSave({ state: 'ended', waiting: 0, done: 9 })]);
  await waitFor(() => expect(announced()).toBe('9 of 10 saved'));
  expect(screen.queryByRole('button')).toBeNull();
});

it('announces a save once, also when an earlier one is closed', async () => {
  const first = sampleSave({ state: 'ended', waiting: 0, done: 9 });
  const second = sampleSave({ id: 'save-2', state: 'ended', waiting: 0, done: 10 });
  const { fake, announced } = await show([first, second]);
  const own = screen.getByText('10 of 10 saved');
  fake.emit('savesChanged', [{ ...first, closed: true }, second]);
  await waitFor(() => expect(announced()).toBe('10 of 10 saved'));
  expect(screen.getByText('10 of 10 saved')).toBe(own);
});
