/** A list that renders all its rows, or only those in view if they are many. */
import { render } from '@testing-library/svelte';
import { createRawSnippet } from 'svelte';
import { expect, it } from 'vitest';
import VirtualList from '../../../src/renderer/ui/VirtualList.svelte';

const row = createRawSnippet((item: () => string) => ({
  render: () => `<button>${item()}</button>`,
}));
const items = (count: number) => Array.from({ length: count }, (_, index) => `Row ${index}`);

function show(count: number) {
  const props = { items: items(count), key: (item: unknown) => String(item), rowHeight: 50, row };
  let length = count;
  const { container, rerender } = render(VirtualList, { ...props, keep: [3], load: 1 } as never);
  return {
    isWhole: () => container.querySelectorAll('button').length === length,
    button: (name: string) =>
      [...container.querySelectorAll('button')].find(({ textContent }) => textContent === name),
    update: (next: { items?: string[]; load?: number }) => {
      length = next.items?.length ?? length;
      return rerender(next as never);
    },
  };
}

it('renders up to 100 rows in full', () => {
  expect(show(100).isWhole()).toBe(true);
  expect(show(101).isWhole()).toBe(false);
});

it('keeps its rows and the focus when so many rows go that a new list would be rendered in full', async () => {
  const { button, isWhole, update } = show(101);
  const focused = button('Row 3')!;
  focused.focus();
  for (const count of [100, 20]) {
    await update({ items: items(count) });
    expect(isWhole()).toBe(false);
    expect(document.activeElement).toBe(focused);
  }
});

it('decides again when it was empty or is loaded again, and renders a part once there are many', async () => {
  const { isWhole, update } = show(101);
  await update({ items: [] });
  await update({ items: items(100) });
  expect(isWhole()).toBe(true);
  await update({ items: items(101) });
  expect(isWhole()).toBe(false);
  await update({ items: items(100), load: 2 });
  expect(isWhole()).toBe(true);
});
