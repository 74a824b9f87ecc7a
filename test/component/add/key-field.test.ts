/** The key field: feedback on pasted text, and that it does not keep the key once `take` has returned it. */
import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import KeyField from '../../../src/renderer/features/add/KeyField.svelte';
import { descriptionOf } from '../dom';
import { KEY } from '../samples';

function show(more: Record<string, unknown> = {}) {
  const onedit = vi.fn();
  const { component } = render(KeyField, {
    props: { help: 'Where to find it.', readonly: false, onedit, ...more },
  });
  const field = screen.getByLabelText<HTMLInputElement>('Global API Key');
  return { component, field, description: () => descriptionOf(field), onedit };
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
  ['an API token', 'cfut_0123456789abcdefghijklmnopqrstuvwxyz0123', 'a token cannot open them yet'],
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
  await vi.waitFor(() => expect(description()).toContain('Paste the account’s Global API Key.'));
});

it('returns the key once and does not keep it', async () => {
  const { component, field } = show();
  await userEvent.type(field, ` ${KEY}`);
  await userEvent.click(screen.getByRole('button', { name: 'Show key' }));
  expect(component.take()).toBe(KEY);
  expect(field.value).toBe('');
  expect(component.take()).toBe('');
  await vi.waitFor(() => expect(field.type).toBe('password'));
  expect(document.documentElement.outerHTML).not.toContain(KEY);
});
