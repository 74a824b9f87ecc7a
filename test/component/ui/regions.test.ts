/** F6 between the list or table and the page. */
import { expect, it } from 'vitest';
import { focusRegion } from '../../../src/renderer/ui/regions';

it('leads with F6 to the table, also when it is grouped', () => {
  document.body.innerHTML = `<aside><div role="treegrid" tabindex="0"></div></aside>
    <main><h1 tabindex="-1">Page</h1><button>b</button></main>`;
  document.querySelector('button')?.focus();
  focusRegion(1, () => undefined);
  expect(document.activeElement).toBe(document.querySelector('[role=treegrid]'));
});
