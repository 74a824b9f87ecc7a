/** The key field: what a paste is, said beside the field; the key in no state and gone once taken. */
import { render, screen } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { expect, it, vi } from 'vitest';
import KeyField from '../../../src/renderer/features/add/KeyField.svelte';
import { KEY } from '../samples';

function show(more: Record<string, unknown> = {}) {
  const onedit = vi.fn();
  const { component } = render(KeyField, {
    props: { help: 'Where to find it.', readonly: false, onedit, ...more },
  });
  const field = screen.getByLabelText<HTMLInputElement>('Global API Key');
  const said = () =>
    (field.getAttribute('aria-describedby') ?? '')
      .split(' ')
      .map((id) => document.getElementById(id)?.textContent ?? '')
      .join(' ');
  return { component, field, said, onedit };
}

it('is a password field that password managers know, with a button to show it', async () => {
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
])('says beside the field that it is %s, and does not let it go', async (_, text, sentence) => {
  const { component, field, said } = show();
  await userEvent.click(field);
  await userEvent.paste(text);
  expect(said()).toContain(sentence);
  expect(field.getAttribute('aria-invalid')).toBe('true');
  expect(component.check()).toBe(false);
  expect(document.activeElement).toBe(field);
});

it('warns of an unusual shape and lets it go', async () => {
  const { component, field, said } = show();
  await userEvent.type(field, 'abc');
  expect(said()).toContain('does not look like a Global API Key');
  expect(component.check()).toBe(true);
});

it.each([
  ['spaces and line breaks', `  ${KEY.slice(0, 10)} ${KEY.slice(10)}\r\n`],
  ['a leading Bearer', `Bearer ${KEY}`],
])('takes out %s of a paste and says so', async (_, text) => {
  const { field, said } = show();
  await userEvent.click(field);
  await userEvent.paste(text);
  expect(field.value).toBe(KEY);
  expect(said()).toContain('were removed');
  expect(field.getAttribute('aria-invalid')).toBeNull();
});

it('asks for a key when there is none, but only when going on', async () => {
  const { component, said } = show();
  expect(said()).toBe('Where to find it.');
  expect(component.check()).toBe(false);
  await vi.waitFor(() => expect(said()).toContain('Paste the account’s Global API Key.'));
});

it('gives the key once and holds it no longer', async () => {
  const { component, field } = show();
  await userEvent.type(field, ` ${KEY}`);
  await userEvent.click(screen.getByRole('button', { name: 'Show key' }));
  expect(component.take()).toBe(KEY);
  expect(field.value).toBe('');
  expect(component.take()).toBe('');
  await vi.waitFor(() => expect(field.type).toBe('password'));
  expect(document.documentElement.outerHTML).not.toContain(KEY);
});
