/** The key field: feedback on pasted text, and how long it keeps the key. */
import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { tick } from 'svelte';
import { expect, it, vi } from 'vitest';
import KeyField from '../../../src/renderer/features/add/KeyField.svelte';
import { success } from '../../../src/shared/result';
import { descriptionOf } from '../dom';
import { FakeApi } from '../fake-api';
import { KEY } from '../samples';

function show(more: Record<string, unknown> = {}) {
  const onedit = vi.fn();
  const api = new FakeApi();
  const { component, unmount } = render(KeyField, {
    context: api.state().context,
    props: { help: 'Where to find it.', readonly: false, onedit, ...more },
  });
  const field = screen.getByLabelText<HTMLInputElement>('Global API Key');
  return { api, component, unmount, field, description: () => descriptionOf(field), onedit };
}

it('is a password field for password managers, with a button to show the key', async () => {
  const { field } = show();
  expect(field.type).toBe('password');
  expect(field.autocomplete).toBe('current-password');
  await userEvent.click(screen.getByRole('button', { name: 'Show key', pressed: false }));
  expect(field.type).toBe('text');
  await userEvent.click(screen.getByRole('button', { name: 'Show key', pressed: true }));
  expect(field.type).toBe('password');
});

it.each([
  [
    'an API token',
    'cfut_0123456789abcdefghijklmnopqrstuvwxyz0123',
    'This is an API token, not a Global API Key.',
  ],
  ['an organization id', '0123456789abcdef0123456789abcdef', 'looks like an organization ID'],
  ['letters that are not Latin', 'ключ0123456789abcdef0123456789abcdef0', 'plain letters'],
])('shows next to the field that the text is %s, and rejects it', async (_, text, message) => {
  const { component, field, description } = show();
  await userEvent.click(field);
  await userEvent.paste(text);
  expect(description()).toContain(message);
  expect(field.getAttribute('aria-invalid')).toBe('true');
  expect(component.check()).toBe(false);
  expect(document.activeElement).toBe(field);
});

it('warns about an unusual format but accepts it', async () => {
  const { component, field, description } = show();
  await userEvent.type(field, 'abc');
  expect(description()).toContain('does not look like a Global API Key');
  expect(component.check()).toBe(true);
});

it.each([
  ['spaces and line breaks', `  ${KEY.slice(0, 10)} ${KEY.slice(10)}\r\n`],
  ['a leading Bearer', `Bearer ${KEY}`],
])('removes %s from pasted text and says so', async (_, text) => {
  const { field, description } = show();
  await userEvent.click(field);
  await userEvent.paste(text);
  expect(field.value).toBe(KEY);
  expect(description()).toContain('were removed');
  expect(field.getAttribute('aria-invalid')).toBeNull();
});

it('asks for a missing key only on Continue', async () => {
  const { component, description } = show();
  expect(description()).toBe('Where to find it.');
  expect(component.check()).toBe(false);
  await vi.waitFor(() => expect(description()).toContain('Paste the Global API Key.'));
});

it('returns the key and stays filled, but masked, until it is emptied', async () => {
  const { component, field } = show();
  await userEvent.type(field, ` ${KEY}`);
  await userEvent.click(screen.getByRole('button', { name: 'Show key' }));
  expect(component.read()).toBe(KEY);
  expect(component.read()).toBe(KEY);
  await vi.waitFor(() => expect(field.type).toBe('password'));
  component.clear();
  expect(field.value).toBe('');
  expect(component.read()).toBe('');
  expect(document.documentElement.outerHTML).not.toContain(KEY);
});

/** Pastes a key and presses *Clear the clipboard*, which main answers with `cleared`. */
async function pasteAndClear(cleared: boolean) {
  const shown = show();
  shown.api.answer('app', 'clearCopiedKey', () => success({ cleared }));
  await userEvent.click(shown.field);
  await userEvent.paste(` ${KEY}`);
  await userEvent.click(screen.getByRole('button', { name: 'Clear the clipboard' }));
  return shown;
}

it('offers to clear the clipboard after a paste, and says that it is empty', async () => {
  const { api } = await pasteAndClear(true);
  expect(await screen.findByText('The clipboard is empty now.')).toBeTruthy();
  expect(api.recorded).toEqual([{ name: 'app.clearCopiedKey', request: { key: KEY } }]);
});

it('says that the clipboard was left alone when it holds something else', async () => {
  await pasteAndClear(false);
  expect(await screen.findByText(/now contains something else/)).toBeTruthy();
});

it('does not offer it for a typed key, an emptied field or an accepted key', async () => {
  const { component, field } = show();
  const offer = () => screen.queryByRole('button', { name: 'Clear the clipboard' });
  await userEvent.type(field, KEY);
  expect(offer()).toBeNull();
  await userEvent.clear(field);
  await userEvent.paste(KEY);
  expect(offer()).not.toBeNull();
  await userEvent.clear(field);
  expect(offer()).toBeNull();
  await userEvent.paste(KEY);
  component.clear();
  await vi.waitFor(() => expect(offer()).toBeNull());
});

it('is empty once the form is left, even if the key was never used', async () => {
  const { field, unmount } = show();
  await userEvent.type(field, KEY);
  expect(field.value).toBe(KEY);
  unmount();
  await tick();
  expect(field.isConnected).toBe(false);
  expect(field.value).toBe('');
});
