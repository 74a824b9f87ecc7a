/** What other features use of bulk changes: the bar over a selection, and the preview of a plan. */
export { default as PlanPreview } from './PlanPreview.svelte';
export { default as SelectionBar } from './SelectionBar.svelte';
export { PlanReview } from './plan-review.svelte';
