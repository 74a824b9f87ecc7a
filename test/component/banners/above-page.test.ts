/** What stands above a page on which nothing may move: it waits until the person asks for it, or goes there. */
import { fireEvent, render, screen, waitFor } from '@testing-library/svelte';
import userEvent from '@testing-library/user-event';
import { createRawSnippet } from 'svelte';
import { beforeEach, expect, it, vi } from 'vitest';
import AbovePage from '../../../src/renderer/features/banners/AbovePage.svelte';

/** The height of all messages, in px; the DOM of these tests has no layout. */
let height = 0;
let observed: () => void;

beforeEach(() => {
  height = 0;
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(callback: () => void) {
        observed = callback;
      }
      observe(): void {
        observed();
      }
      disconnect(): void {}
    },
  );
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockImplementation(() => height);
  return () => vi.unstubAllGlobals();
});

async function open({ held, at = 0 }: { held: boolean; at?: number }) {
  height = at;
  const children = createRawSnippet(() => ({ render: () => '<p><button>Dismiss</button></p>' }));
  const { container, rerender } = render(AbovePage, { held, children });
  const settle = () =>
    new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
  await settle();
  await settle();
  const above = container.querySelector<HTMLElement>('.above')!;
  return { above, rerender, settle };
}

function resize(to: number): void {
  height = to;
  observed();
}
const more = () => screen.queryByRole('button', { name: 'Show messages' });

it('keeps its size when a message comes or goes, until the person asks for it', async () => {
  const { above } = await open({ held: true, at: 40 });
  expect(above.style.height).toBe('40px');
  resize(120);
  await waitFor(() => expect(more()).not.toBeNull());
  expect(above.style.height).toBe('40px');
  await userEvent.click(more()!);
  expect(above.style.height).toBe('120px');
  expect(document.activeElement).toBe(above);
  await waitFor(() => expect(more()).toBeNull());
  resize(0);
  await Promise.resolve();
  expect(above.style.height).toBe('120px');
});

it('shows all of a message that takes more lines in a smaller window', async () => {
  const { above, settle } = await open({ held: true, at: 40 });
  await fireEvent(window, new Event('resize'));
  resize(60);
  await waitFor(() => expect(above.style.height).toBe('60px'));
  await settle();
  resize(120);
  await waitFor(() => expect(more()).not.toBeNull());
  await fireEvent(window, new Event('resize'));
  resize(140);
  await settle();
  expect(above.style.height).toBe('60px');
});

it('follows what the person does there', async () => {
  const { above } = await open({ held: true, at: 80 });
  await userEvent.click(screen.getByRole('button', { name: 'Dismiss' }));
  resize(0);
  await waitFor(() => expect(above.style.height).toBe('0px'));
  await fireEvent.pointerDown(document.body);
  resize(80);
  await waitFor(() => expect(more()).not.toBeNull());
  expect(above.style.height).toBe('0px');
  // The keyboard goes there.
  const dismiss = screen.getByRole('button', { name: 'Dismiss' });
  dismiss.blur();
  dismiss.focus();
  await waitFor(() => expect(above.style.height).toBe('80px'));
});

it('shows everything on other pages, and all that was there when the page opens', async () => {
  const { above, rerender, settle } = await open({ held: false, at: 40 });
  resize(120);
  await settle();
  expect(above.style.height).toBe('');
  expect(more()).toBeNull();
  await rerender({ held: true });
  // Some messages are on no other page.
  resize(160);
  await waitFor(() => expect(above.style.height).toBe('160px'));
  await settle();
  resize(200);
  await waitFor(() => expect(more()).not.toBeNull());
});
