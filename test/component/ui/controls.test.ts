/** The shared controls: descriptions, focus, and busy buttons. */
import { render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet, tick } from 'svelte';
import { expect, it, vi } from 'vitest';
import Button from '../../../src/renderer/ui/Button.svelte';
import Dialog from '../../../src/renderer/ui/Dialog.svelte';
import Menu from '../../../src/renderer/ui/Menu.svelte';
import TextField from '../../../src/renderer/ui/TextField.svelte';

const snippetOf = (html: string) => createRawSnippet(() => ({ render: () => html }));

it('describes a field by its error, advice and help', () => {
  render(TextField, {
    props: { label: 'Business name', error: 'Too long.', advice: 'Odd.', help: 'As registered.' },
  });
  const field = screen.getByRole('textbox', { name: 'Business name' });
  const described = (field.getAttribute('aria-describedby') ?? '')
    .split(' ')
    .map((id) => document.getElementById(id)?.textContent);
  expect(described).toEqual(['Too long.', 'Odd.', 'As registered.']);
  expect(field.getAttribute('aria-invalid')).toBe('true');
});

it('gives a field a new control when the app changes its text, so that Chromium cannot undo typing in it', async () => {
  const { rerender } = render(TextField, {
    props: { label: 'Phone', value: '1\r\n2', multiline: true },
  });
  const control = () => screen.getByRole<HTMLTextAreaElement>('textbox', { name: 'Phone' });
  const first = control();
  // Nothing was typed, so there is nothing to undo.
  await rerender({ value: '10' });
  expect(control()).toBe(first);
  await userEvent.type(first, '9');
  expect(control()).toBe(first);
  first.setSelectionRange(1, 2);
  await rerender({ value: '2000' });
  await tick();
  expect(control()).not.toBe(first);
  expect(control().value).toBe('2000');
  expect(document.activeElement).toBe(control());
  expect([control().selectionStart, control().selectionEnd]).toEqual([1, 2]);
  // Only line ends differ, which the control shows the same.
  await userEvent.type(control(), '9\n');
  const second = control();
  await rerender({ value: `${second.value.replace('\n', '\r\n')}` });
  expect(control()).toBe(second);
});

it('keeps label and focus while busy, and ignores a second click', async () => {
  const onclick = vi.fn();
  const { rerender } = render(Button, { props: { onclick, children: snippetOf('<b>Check</b>') } });
  const button = screen.getByRole('button', { name: 'Check' });
  await userEvent.click(button);
  await rerender({ busy: true });
  await userEvent.click(button);
  expect(onclick).toHaveBeenCalledTimes(1);
  expect(document.activeElement).toBe(button);
  expect(button.textContent.trim()).toBe('Check');
});

it('stays open while busy, however Escape is pressed', async () => {
  const onclose = vi.fn();
  const props = { title: 'Remove', onclose, busy: true, children: snippetOf('<button>B</button>') };
  const { rerender } = render(Dialog, { props });
  const dialog = screen.getByRole<HTMLDialogElement>('dialog');
  const pressEscape = () => {
    const event = new KeyboardEvent('keydown', { key: 'Escape', bubbles: true, cancelable: true });
    screen.getByRole('button', { name: 'B' }).dispatchEvent(event);
    return event;
  };
  // Chromium closes a dialog at the second Escape although its event `cancel` is prevented.
  expect(pressEscape().defaultPrevented).toBe(true);
  dialog.close();
  await waitFor(() => expect(dialog.open).toBe(true));
  expect(onclose).not.toHaveBeenCalled();
  await rerender({ busy: false });
  expect(pressEscape().defaultPrevented).toBe(false);
  dialog.close();
  expect(onclose).toHaveBeenCalledOnce();
});

it('shows a dialog again that its parent does not close', async () => {
  const onclose = vi.fn();
  render(Dialog, { props: { title: 'A', onclose, children: snippetOf('<button>B</button>') } });
  const dialog = screen.getByRole<HTMLDialogElement>('dialog');
  dialog.close();
  await waitFor(() => expect(dialog.open).toBe(true));
  expect(onclose).toHaveBeenCalledOnce();
});

it('opens a modal dialog and returns the focus', async () => {
  const opener = document.createElement('button');
  document.body.append(opener);
  opener.focus();
  const onclose = vi.fn();
  const { unmount } = render(Dialog, {
    props: { title: 'Remove sign-in', onclose, children: snippetOf('<button>Yes</button>') },
  });
  const dialog = screen.getByRole<HTMLDialogElement>('dialog', { name: 'Remove sign-in' });
  expect(dialog.open).toBe(true);
  screen.getByRole('button', { name: 'Yes' }).focus();
  const cancel = new Event('cancel', { cancelable: true });
  dialog.dispatchEvent(cancel);
  expect(onclose).toHaveBeenCalledTimes(1);
  expect(cancel.defaultPrevented).toBe(true);
  unmount();
  await waitFor(() => expect(document.activeElement).toBe(opener));
  opener.remove();
});

it('opens a menu by keyboard', async () => {
  const onselect = vi.fn();
  render(Menu, {
    props: {
      label: 'More actions',
      items: [
        { label: 'Refresh', keys: 'refresh', onselect: vi.fn() },
        { label: 'Remove organization', onselect },
      ],
    },
  });
  screen.getByRole('button', { name: 'More actions' }).focus();
  await userEvent.keyboard('{Enter}');
  const item = await screen.findByRole('menuitem', { name: 'Remove organization' });
  // Its shortcut is shown, and no part of its name.
  const refresh = screen.getByRole('menuitem', { name: 'Refresh' });
  expect(refresh.textContent).toMatch(/Ctrl\+R$/);
  expect(refresh.getAttribute('aria-keyshortcuts')).toBe('Control+R');
  await userEvent.click(item);
  expect(onselect).toHaveBeenCalledTimes(1);
});
