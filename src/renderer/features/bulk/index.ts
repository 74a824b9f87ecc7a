/** What other features may import from here: the bar for a selection, and the preview of a plan. */
export { default as PlanNotices } from './PlanNotices.svelte';
export { default as PlanPreview } from './PlanPreview.svelte';
export { default as SelectionBar } from './SelectionBar.svelte';
export { PlanReview } from './plan-review.svelte';
