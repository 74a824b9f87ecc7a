/** F6 between the list or table, the page, and the bars below them. */
import { expect, it } from 'vitest';
import { focusRegion } from '../../../src/renderer/ui/regions';

it('leads with F6 to the table, also when it is grouped', () => {
  document.body.innerHTML = `<aside><div role="treegrid" tabindex="0"></div></aside>
    <main><h1 tabindex="-1">Page</h1><button>b</button></main>`;
  document.querySelector('button')?.focus();
  focusRegion(1, () => undefined);
  expect(document.activeElement).toBe(document.querySelector('[role=treegrid]'));
});

it('leads to a bar that a narrow window hides until its side is shown', () => {
  document.body.innerHTML = `<aside hidden><div role="listbox" tabindex="0"></div>
    <div data-bar><button>Fill</button></div></aside>
    <main><button>b</button><div data-bar></div></main>`;
  const [aside, main] = [...document.body.children] as HTMLElement[];
  const show = (region: 'list' | 'page') => {
    aside!.hidden = region === 'page';
    main!.hidden = region === 'list';
  };
  document.querySelector<HTMLElement>('main button')?.focus();
  focusRegion(1, show);
  expect(document.activeElement?.textContent).toBe('Fill');
  // The bar of the page has nothing to focus.
  focusRegion(1, show);
  expect(document.activeElement?.role).toBe('listbox');
});
